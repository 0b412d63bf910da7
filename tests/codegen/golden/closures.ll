; -O0
source_filename = "closures"
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_from_i64(i64) nounwind
@__beskid_type_desc_closure = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 0, i32 0, ptr null, ptr @.c.0, i64 0 }, align 8
@.sites = internal constant [2 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 4, i32 2147483650 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.2, i32 14, i32 1 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 5, i64 1240441465081683960, ptr @.sites, i64 2, ptr @beskid_program_entry, ptr @.c.4 }, align 8
@.c.0 = private unnamed_addr constant [11 x i8] c"<function>\00"
@.c.1 = private unnamed_addr constant [6 x i8] c"split\00"
@.c.2 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.3 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.4 = private unnamed_addr constant [9 x i8] c"closures\00"
@.beskid_note = private constant [384 x i8] c"\07\00\00\00R\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=5\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=8d1ae0d2170039d29fa3322a844b85dd8952f1a2c30de6822bcbf0cea8ddb8c5\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  %v7 = alloca i64
  br label %b0
b0:
  %r11 = mul i64 21, 2
  %r14 = mul i64 3, 100
  %r4 = add i64 %r11, %r14
  %r15 = trunc i64 %r4 to i32
  store ptr @.sites, ptr %sp, !tbaa !2
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8
  %t2 = ptrtoint ptr %sp to i64
  %t3 = and i64 %t2, -8388608
  %t4 = inttoptr i64 %t3 to ptr
  store ptr %t1, ptr %t4, !tbaa !4
  %r16 = call ptr @str_from_i64(i64 %r4)
  store i64 %r4, ptr %v7
  %r8 = sext i32 %r15 to i64
  %t5 = load i64, ptr %v7
  %r9 = sub i64 %r8, %t5
  %t6 = call i64 @stdout_write(ptr %r16)
  store i64 %t6, ptr %v7
  ret i64 %r9
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
source_filename = "closures"
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_from_i64(i64) nounwind
@__beskid_type_desc_closure = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 0, i32 0, ptr null, ptr @.c.0, i64 0 }, align 8
@.sites = internal constant [2 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 4, i32 2147483650 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.2, i32 14, i32 1 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 5, i64 1240441465081683960, ptr @.sites, i64 2, ptr @beskid_program_entry, ptr @.c.4 }, align 8
@.c.0 = private unnamed_addr constant [11 x i8] c"<function>\00"
@.c.1 = private unnamed_addr constant [6 x i8] c"split\00"
@.c.2 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.3 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.4 = private unnamed_addr constant [9 x i8] c"closures\00"
@.beskid_note = private constant [384 x i8] c"\07\00\00\00R\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=5\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=8d1ae0d2170039d29fa3322a844b85dd8952f1a2c30de6822bcbf0cea8ddb8c5\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  %v7 = alloca i64
  br label %b0, !dbg !7
b0:
  %r11 = mul i64 21, 2, !dbg !12
  %r14 = mul i64 3, 100, !dbg !16
  %r4 = add i64 %r11, %r14, !dbg !7
  %r15 = trunc i64 %r4 to i32, !dbg !19
  store ptr @.sites, ptr %sp, !tbaa !22, !dbg !20
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !20
  %t2 = ptrtoint ptr %sp to i64, !dbg !20
  %t3 = and i64 %t2, -8388608, !dbg !20
  %t4 = inttoptr i64 %t3 to ptr, !dbg !20
  store ptr %t1, ptr %t4, !tbaa !24, !dbg !20
  %r16 = call ptr @str_from_i64(i64 %r4), !dbg !20
  store i64 %r4, ptr %v7, !dbg !17
  %r8 = sext i32 %r15 to i64, !dbg !7
  %t5 = load i64, ptr %v7, !dbg !7
  %r9 = sub i64 %r8, %t5, !dbg !7
  %t6 = call i64 @stdout_write(ptr %r16), !dbg !25
  store i64 %t6, ptr %v7, !dbg !25
  ret i64 %r9, !dbg !7
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !26 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !27
  ret i64 %status, !dbg !27
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!28, !29, !30}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 10, type: !4, scopeLine: 10, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 10, column: 0, scope: !6)
!8 = !DILocation(line: 11, column: 1, scope: !6)
!9 = distinct !DISubprogram(name: "apply", linkageName: "", scope: !5, file: !5, line: 3, type: !4, scopeLine: 3, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!10 = !DILocation(line: 3, column: 5, scope: !9, inlinedAt: !8)
!11 = distinct !DISubprogram(name: "twice", linkageName: "", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!12 = !DILocation(line: 1, column: 1, scope: !11, inlinedAt: !10)
!13 = !DILocation(line: 13, column: 1, scope: !6)
!14 = !DILocation(line: 3, column: 5, scope: !9, inlinedAt: !13)
!15 = distinct !DISubprogram(name: "scale", linkageName: "", scope: !5, file: !5, line: 2, type: !4, scopeLine: 2, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!16 = !DILocation(line: 2, column: 1, scope: !15, inlinedAt: !14)
!17 = !DILocation(line: 14, column: 1, scope: !6)
!18 = distinct !DISubprogram(name: "split", linkageName: "", scope: !5, file: !5, line: 4, type: !4, scopeLine: 4, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!19 = !DILocation(line: 4, column: 1, scope: !18, inlinedAt: !17)
!20 = !DILocation(line: 4, column: 2, scope: !18, inlinedAt: !17)
!21 = !{!"shadow", !0, i64 0}
!22 = !{!21, !21, i64 0}
!23 = !{!"context", !0, i64 0}
!24 = !{!23, !23, i64 0}
!25 = !DILocation(line: 15, column: 1, scope: !6)
!26 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!27 = !DILocation(line: 0, column: 0, scope: !26)
!28 = !{i32 8, !"PIC Level", i32 2}
!29 = !{i32 2, !"Debug Info Version", i32 3}
!30 = !{i32 7, !"Dwarf Version", i32 5}
