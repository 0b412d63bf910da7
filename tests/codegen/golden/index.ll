; -O0
source_filename = "index"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @array_new_typed(ptr, i64) nounwind
declare void @panic_index(i64, i64) nounwind noreturn cold
declare i64 @stdout_write(ptr) nounwind
@.bytes.0 = private unnamed_addr constant [6 x i8] c"before"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 6 }, align 16
@"__beskid_type_desc_element i64" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 8, i64 8, i32 0, i32 0, ptr null, ptr @.c.0, i64 0 }, align 8
@.sites = internal constant [3 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 9, i32 12 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 5, i32 2147483657 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 10, i32 4 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 5, i64 1240441465081683960, ptr @.sites, i64 3, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [4 x i8] c"i64\00"
@.c.1 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.2 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.3 = private unnamed_addr constant [8 x i8] c"Box.Get\00"
@.c.4 = private unnamed_addr constant [11 x i8] c"src/box.bd\00"
@.c.5 = private unnamed_addr constant [6 x i8] c"index\00"
@.beskid_note = private constant [516 x i8] c"\07\00\00\00\D8\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=5\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=7cf6aa6c39a89827029c4fcad94ca1b3523196b1e020e308f68c72ab05231470\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  store ptr @.sites, ptr %sp, !tbaa !2
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8
  %t2 = ptrtoint ptr %sp to i64
  %t3 = and i64 %t2, -8388608
  %t4 = inttoptr i64 %t3 to ptr
  store ptr %t1, ptr %t4, !tbaa !4
  %t5 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element i64", i64 3)
  %r1 = bitcast ptr %t5 to ptr
  %r3 = call i64 @stdout_write(ptr @.text.0)
  %t6 = getelementptr inbounds i8, ptr %r1, i64 8
  %t7 = load i64, ptr %t6, !tbaa !7, !range !5
  %t8 = icmp ult i64 -1, %t7
  br i1 %t8, label %l9, label %l14, !prof !8
l9:
  %t15 = load ptr, ptr %r1, !tbaa !10
  %t16 = getelementptr inbounds [8 x i8], ptr %t15, i64 -1
  %r4 = load i64, ptr %t16, !tbaa !12
  %r2 = bitcast i64 %r4 to i64
  ret i64 %r2
l14:
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !2
  %t10 = getelementptr inbounds i8, ptr %sp, i64 8
  %t11 = ptrtoint ptr %sp to i64
  %t12 = and i64 %t11, -8388608
  %t13 = inttoptr i64 %t12 to ptr
  store ptr %t10, ptr %t13, !tbaa !4
  call void @panic_index(i64 -1, i64 %t7)
  unreachable
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!13}
!0 = !{!"beskid"}
!1 = !{!"shadow", !0, i64 0}
!2 = !{!1, !1, i64 0}
!3 = !{!"context", !0, i64 0}
!4 = !{!3, !3, i64 0}
!5 = !{i64 0, i64 9223372036854775807}
!6 = !{!"length", !0, i64 0}
!7 = !{!6, !6, i64 0}
!8 = !{!"branch_weights", i32 2000, i32 1}
!9 = !{!"header", !0, i64 0}
!10 = !{!9, !9, i64 0}
!11 = !{!"element i64 8 0", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "index"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @array_new_typed(ptr, i64) nounwind
declare void @panic_index(i64, i64) nounwind noreturn cold
declare i64 @stdout_write(ptr) nounwind
declare void @llvm.assume(i1)
@.bytes.0 = private unnamed_addr constant [6 x i8] c"before"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 6 }, align 16
@"__beskid_type_desc_element i64" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 8, i64 8, i32 0, i32 0, ptr null, ptr @.c.0, i64 0 }, align 8
@.sites = internal constant [3 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 9, i32 12 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 5, i32 2147483657 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 10, i32 4 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 5, i64 1240441465081683960, ptr @.sites, i64 3, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [4 x i8] c"i64\00"
@.c.1 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.2 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.3 = private unnamed_addr constant [8 x i8] c"Box.Get\00"
@.c.4 = private unnamed_addr constant [11 x i8] c"src/box.bd\00"
@.c.5 = private unnamed_addr constant [6 x i8] c"index\00"
@.beskid_note = private constant [516 x i8] c"\07\00\00\00\D8\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=5\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=7cf6aa6c39a89827029c4fcad94ca1b3523196b1e020e308f68c72ab05231470\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  br label %b0, !dbg !7
b0:
  store ptr @.sites, ptr %sp, !tbaa !10, !dbg !8
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !8
  %t2 = ptrtoint ptr %sp to i64, !dbg !8
  %t3 = and i64 %t2, -8388608, !dbg !8
  %t4 = inttoptr i64 %t3 to ptr, !dbg !8
  store ptr %t1, ptr %t4, !tbaa !12, !dbg !8
  %t5 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element i64", i64 3), !dbg !8
  %t6 = getelementptr inbounds i8, ptr %t5, i64 8, !dbg !8
  %t7 = load i64, ptr %t6, !tbaa !15, !range !13, !dbg !8
  %t8 = icmp eq i64 %t7, 3, !dbg !8
  call void @llvm.assume(i1 %t8), !dbg !8
  %r1 = bitcast ptr %t5 to ptr, !dbg !8
  %r3 = call i64 @stdout_write(ptr @.text.0), !dbg !16
  %t9 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !20
  %t10 = load i64, ptr %t9, !tbaa !15, !range !13, !dbg !20
  %t11 = icmp ult i64 -1, %t10, !dbg !20
  br i1 %t11, label %l12, label %l17, !prof !21, !dbg !20
l12:
  %t18 = load ptr, ptr %r1, !tbaa !23, !dbg !20
  %t19 = getelementptr inbounds [8 x i8], ptr %t18, i64 -1, !dbg !20
  %r4 = load i64, ptr %t19, !tbaa !25, !dbg !20
  %r2 = bitcast i64 %r4 to i64, !dbg !17
  ret i64 %r2, !dbg !7
l17:
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !10, !dbg !20
  %t13 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !20
  %t14 = ptrtoint ptr %sp to i64, !dbg !20
  %t15 = and i64 %t14, -8388608, !dbg !20
  %t16 = inttoptr i64 %t15 to ptr, !dbg !20
  store ptr %t13, ptr %t16, !tbaa !12, !dbg !20
  call void @panic_index(i64 -1, i64 %t10), !dbg !20
  unreachable, !dbg !20
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
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 8, type: !4, scopeLine: 8, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 8, column: 0, scope: !6)
!8 = !DILocation(line: 9, column: 12, scope: !6)
!9 = !{!"shadow", !0, i64 0}
!10 = !{!9, !9, i64 0}
!11 = !{!"context", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = !{i64 0, i64 9223372036854775807}
!14 = !{!"length", !0, i64 0}
!15 = !{!14, !14, i64 0}
!16 = !DILocation(line: 9, column: 20, scope: !6)
!17 = !DILocation(line: 10, column: 4, scope: !6)
!18 = !DIFile(filename: "src/box.bd", directory: ".")
!19 = distinct !DISubprogram(name: "Box.Get", linkageName: "", scope: !18, file: !18, line: 5, type: !4, scopeLine: 5, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!20 = !DILocation(line: 5, column: 9, scope: !19, inlinedAt: !17)
!21 = !{!"branch_weights", i32 2000, i32 1}
!22 = !{!"header", !0, i64 0}
!23 = !{!22, !22, i64 0}
!24 = !{!"element i64 8 0", !0, i64 0}
!25 = !{!24, !24, i64 0}
!26 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!27 = !DILocation(line: 0, column: 0, scope: !26)
!28 = !{i32 8, !"PIC Level", i32 2}
!29 = !{i32 2, !"Debug Info Version", i32 3}
!30 = !{i32 7, !"Dwarf Version", i32 5}
