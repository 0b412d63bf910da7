; -O0
source_filename = "switch"
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_concat_n(ptr, i64) nounwind
@.bytes.0 = private unnamed_addr constant [5 x i8] c"zero "
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 5 }, align 16
@.bytes.1 = private unnamed_addr constant [6 x i8] c"seven "
@.text.1 = private constant { ptr, i64 } { ptr @.bytes.1, i64 6 }, align 16
@.bytes.2 = private unnamed_addr constant [6 x i8] c"minus "
@.text.2 = private constant { ptr, i64 } { ptr @.bytes.2, i64 6 }, align 16
@.bytes.3 = private unnamed_addr constant [6 x i8] c"other "
@.text.3 = private constant { ptr, i64 } { ptr @.bytes.3, i64 6 }, align 16
@.sites = internal constant [1 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 11, i32 1 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 1, ptr @beskid_program_entry, ptr @.c.2 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [7 x i8] c"switch\00"
@.beskid_note = private constant [400 x i8] c"\07\00\00\00b\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=2917fc9b1b7088f6a28b8873d04973de38ce5fede61106ce0b1c9db42b5a26c2\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  %v1 = alloca ptr
  %v2 = alloca ptr
  %v3 = alloca ptr
  %v4 = alloca ptr
  br label %b0
b0:
  switch i32 7, label %b4 [ i32 0, label %b1 i32 7, label %b2 i32 -1, label %b3 ]
b1:
  store ptr @.text.0, ptr %v1
  br label %b5
b2:
  store ptr @.text.1, ptr %v1
  br label %b5
b3:
  store ptr @.text.2, ptr %v1
  br label %b5
b4:
  store ptr @.text.3, ptr %v1
  br label %b5
b5:
  switch i32 -1, label %b9 [ i32 0, label %b6 i32 7, label %b7 i32 -1, label %b8 ]
b6:
  store ptr @.text.0, ptr %v2
  br label %b10
b7:
  store ptr @.text.1, ptr %v2
  br label %b10
b8:
  store ptr @.text.2, ptr %v2
  br label %b10
b9:
  store ptr @.text.3, ptr %v2
  br label %b10
b10:
  switch i32 3, label %b14 [ i32 0, label %b11 i32 7, label %b12 i32 -1, label %b13 ]
b11:
  store ptr @.text.0, ptr %v3
  br label %b15
b12:
  store ptr @.text.1, ptr %v3
  br label %b15
b13:
  store ptr @.text.2, ptr %v3
  br label %b15
b14:
  store ptr @.text.3, ptr %v3
  br label %b15
b15:
  switch i32 0, label %b19 [ i32 0, label %b16 i32 7, label %b17 i32 -1, label %b18 ]
b16:
  store ptr @.text.0, ptr %v4
  br label %b20
b17:
  store ptr @.text.1, ptr %v4
  br label %b20
b18:
  store ptr @.text.2, ptr %v4
  br label %b20
b19:
  store ptr @.text.3, ptr %v4
  br label %b20
b20:
  store ptr @.sites, ptr %sp, !tbaa !2
  %t1 = load ptr, ptr %v1
  %t2 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %t1, ptr %t2, !tbaa !2
  %t3 = load ptr, ptr %v2
  %t4 = getelementptr inbounds i8, ptr %sp, i64 16
  store ptr %t3, ptr %t4, !tbaa !2
  %t5 = load ptr, ptr %v3
  %t6 = getelementptr inbounds i8, ptr %sp, i64 24
  store ptr %t5, ptr %t6, !tbaa !2
  %t7 = load ptr, ptr %v4
  %t8 = getelementptr inbounds i8, ptr %sp, i64 32
  store ptr %t7, ptr %t8, !tbaa !2
  %t9 = load ptr, ptr %v1
  %t10 = load ptr, ptr %v2
  %t11 = load ptr, ptr %v3
  %t12 = load ptr, ptr %v4
  %t13 = getelementptr inbounds i8, ptr %sp, i64 40
  store ptr %t9, ptr %t13, !tbaa !2
  %t14 = getelementptr inbounds i8, ptr %sp, i64 48
  store ptr %t10, ptr %t14, !tbaa !2
  %t15 = getelementptr inbounds i8, ptr %sp, i64 56
  store ptr %t11, ptr %t15, !tbaa !2
  %t16 = getelementptr inbounds i8, ptr %sp, i64 64
  store ptr %t12, ptr %t16, !tbaa !2
  %t17 = getelementptr inbounds i8, ptr %sp, i64 72
  %t18 = ptrtoint ptr %sp to i64
  %t19 = and i64 %t18, -8388608
  %t20 = inttoptr i64 %t19 to ptr
  store ptr %t17, ptr %t20, !tbaa !4
  %t21 = getelementptr inbounds i8, ptr %sp, i64 40
  %r5 = call ptr @str_concat_n(ptr %t21, i64 4)
  %r6 = call i64 @stdout_write(ptr %r5)
  ret i64 0
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!5}
!0 = !{!"beskid"}
!1 = !{!"shadow", !0, i64 0}
!2 = !{!1, !1, i64 0}
!3 = !{!"context", !0, i64 0}
!4 = !{!3, !3, i64 0}
!5 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "switch"
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_concat_n(ptr, i64) nounwind
@.bytes.0 = private unnamed_addr constant [5 x i8] c"zero "
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 5 }, align 16
@.bytes.1 = private unnamed_addr constant [6 x i8] c"seven "
@.text.1 = private constant { ptr, i64 } { ptr @.bytes.1, i64 6 }, align 16
@.bytes.2 = private unnamed_addr constant [6 x i8] c"minus "
@.text.2 = private constant { ptr, i64 } { ptr @.bytes.2, i64 6 }, align 16
@.bytes.3 = private unnamed_addr constant [6 x i8] c"other "
@.text.3 = private constant { ptr, i64 } { ptr @.bytes.3, i64 6 }, align 16
@.sites = internal constant [1 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 11, i32 1 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 1, ptr @beskid_program_entry, ptr @.c.2 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [7 x i8] c"switch\00"
@.beskid_note = private constant [400 x i8] c"\07\00\00\00b\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=2917fc9b1b7088f6a28b8873d04973de38ce5fede61106ce0b1c9db42b5a26c2\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  %v1 = alloca ptr
  %v2 = alloca ptr
  %v3 = alloca ptr
  %v4 = alloca ptr
  br label %b0, !dbg !7
b0:
  switch i32 7, label %b4 [ i32 0, label %b1 i32 7, label %b2 i32 -1, label %b3 ], !dbg !10
b1:
  store ptr @.text.0, ptr %v1, !dbg !8
  br label %b5, !dbg !8
b2:
  store ptr @.text.1, ptr %v1, !dbg !8
  br label %b5, !dbg !8
b3:
  store ptr @.text.2, ptr %v1, !dbg !8
  br label %b5, !dbg !8
b4:
  store ptr @.text.3, ptr %v1, !dbg !8
  br label %b5, !dbg !8
b5:
  switch i32 -1, label %b9 [ i32 0, label %b6 i32 7, label %b7 i32 -1, label %b8 ], !dbg !12
b6:
  store ptr @.text.0, ptr %v2, !dbg !11
  br label %b10, !dbg !11
b7:
  store ptr @.text.1, ptr %v2, !dbg !11
  br label %b10, !dbg !11
b8:
  store ptr @.text.2, ptr %v2, !dbg !11
  br label %b10, !dbg !11
b9:
  store ptr @.text.3, ptr %v2, !dbg !11
  br label %b10, !dbg !11
b10:
  switch i32 3, label %b14 [ i32 0, label %b11 i32 7, label %b12 i32 -1, label %b13 ], !dbg !14
b11:
  store ptr @.text.0, ptr %v3, !dbg !13
  br label %b15, !dbg !13
b12:
  store ptr @.text.1, ptr %v3, !dbg !13
  br label %b15, !dbg !13
b13:
  store ptr @.text.2, ptr %v3, !dbg !13
  br label %b15, !dbg !13
b14:
  store ptr @.text.3, ptr %v3, !dbg !13
  br label %b15, !dbg !13
b15:
  switch i32 0, label %b19 [ i32 0, label %b16 i32 7, label %b17 i32 -1, label %b18 ], !dbg !16
b16:
  store ptr @.text.0, ptr %v4, !dbg !15
  br label %b20, !dbg !15
b17:
  store ptr @.text.1, ptr %v4, !dbg !15
  br label %b20, !dbg !15
b18:
  store ptr @.text.2, ptr %v4, !dbg !15
  br label %b20, !dbg !15
b19:
  store ptr @.text.3, ptr %v4, !dbg !15
  br label %b20, !dbg !15
b20:
  store ptr @.sites, ptr %sp, !tbaa !19, !dbg !17
  %t1 = load ptr, ptr %v1, !dbg !17
  %t2 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !17
  store ptr %t1, ptr %t2, !tbaa !19, !dbg !17
  %t3 = load ptr, ptr %v2, !dbg !17
  %t4 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !17
  store ptr %t3, ptr %t4, !tbaa !19, !dbg !17
  %t5 = load ptr, ptr %v3, !dbg !17
  %t6 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !17
  store ptr %t5, ptr %t6, !tbaa !19, !dbg !17
  %t7 = load ptr, ptr %v4, !dbg !17
  %t8 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !17
  store ptr %t7, ptr %t8, !tbaa !19, !dbg !17
  %t9 = load ptr, ptr %v1, !dbg !17
  %t10 = load ptr, ptr %v2, !dbg !17
  %t11 = load ptr, ptr %v3, !dbg !17
  %t12 = load ptr, ptr %v4, !dbg !17
  %t13 = getelementptr inbounds i8, ptr %sp, i64 40, !dbg !17
  store ptr %t9, ptr %t13, !tbaa !19, !dbg !17
  %t14 = getelementptr inbounds i8, ptr %sp, i64 48, !dbg !17
  store ptr %t10, ptr %t14, !tbaa !19, !dbg !17
  %t15 = getelementptr inbounds i8, ptr %sp, i64 56, !dbg !17
  store ptr %t11, ptr %t15, !tbaa !19, !dbg !17
  %t16 = getelementptr inbounds i8, ptr %sp, i64 64, !dbg !17
  store ptr %t12, ptr %t16, !tbaa !19, !dbg !17
  %t17 = getelementptr inbounds i8, ptr %sp, i64 72, !dbg !17
  %t18 = ptrtoint ptr %sp to i64, !dbg !17
  %t19 = and i64 %t18, -8388608, !dbg !17
  %t20 = inttoptr i64 %t19 to ptr, !dbg !17
  store ptr %t17, ptr %t20, !tbaa !21, !dbg !17
  %t21 = getelementptr inbounds i8, ptr %sp, i64 40, !dbg !17
  %r5 = call ptr @str_concat_n(ptr %t21, i64 4), !dbg !17
  %r6 = call i64 @stdout_write(ptr %r5), !dbg !22
  ret i64 0, !dbg !7
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !23 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !24
  ret i64 %status, !dbg !24
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!25, !26, !27}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 9, type: !4, scopeLine: 9, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 9, column: 0, scope: !6)
!8 = !DILocation(line: 10, column: 1, scope: !6)
!9 = distinct !DISubprogram(name: "name", linkageName: "", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!10 = !DILocation(line: 1, column: 1, scope: !9, inlinedAt: !8)
!11 = !DILocation(line: 10, column: 2, scope: !6)
!12 = !DILocation(line: 1, column: 1, scope: !9, inlinedAt: !11)
!13 = !DILocation(line: 10, column: 3, scope: !6)
!14 = !DILocation(line: 1, column: 1, scope: !9, inlinedAt: !13)
!15 = !DILocation(line: 10, column: 4, scope: !6)
!16 = !DILocation(line: 1, column: 1, scope: !9, inlinedAt: !15)
!17 = !DILocation(line: 11, column: 1, scope: !6)
!18 = !{!"shadow", !0, i64 0}
!19 = !{!18, !18, i64 0}
!20 = !{!"context", !0, i64 0}
!21 = !{!20, !20, i64 0}
!22 = !DILocation(line: 12, column: 1, scope: !6)
!23 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!24 = !DILocation(line: 0, column: 0, scope: !23)
!25 = !{i32 8, !"PIC Level", i32 2}
!26 = !{i32 2, !"Debug Info Version", i32 3}
!27 = !{i32 7, !"Dwarf Version", i32 5}
