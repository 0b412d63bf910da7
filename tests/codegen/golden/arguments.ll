; -O0
source_filename = "arguments"
declare void @panic_index(i64, i64) nounwind noreturn cold
declare i64 @stdout_write(ptr) nounwind
@.sites = internal constant [1 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 2, i32 3 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 1, ptr @beskid_program_entry, ptr @.c.2 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [10 x i8] c"arguments\00"
@.beskid_note = private constant [388 x i8] c"\07\00\00\00X\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=0f71d38e36a3f6f483e49c34e50910e0d50b9d1c857b801192879b06f83e5b60\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 8
  %r1 = load i64, ptr %t1, !tbaa !3, !range !1
  %t2 = getelementptr inbounds i8, ptr %r0, i64 8
  %t3 = load i64, ptr %t2, !tbaa !3, !range !1
  %t4 = icmp ult i64 1, %t3
  br i1 %t4, label %l5, label %l10, !prof !8
l5:
  %t11 = load ptr, ptr %r0, !tbaa !10
  %t12 = getelementptr inbounds [8 x i8], ptr %t11, i64 1
  %r2 = load ptr, ptr %t12, !tbaa !12, !dereferenceable_or_null !13
  %r3 = call i64 @stdout_write(ptr %r2)
  ret i64 %r1
l10:
  store ptr @.sites, ptr %sp, !tbaa !5
  %t6 = getelementptr inbounds i8, ptr %sp, i64 8
  %t7 = ptrtoint ptr %sp to i64
  %t8 = and i64 %t7, -8388608
  %t9 = inttoptr i64 %t8 to ptr
  store ptr %t6, ptr %t9, !tbaa !7
  call void @panic_index(i64 1, i64 %t3)
  unreachable
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!14}
!0 = !{!"beskid"}
!1 = !{i64 0, i64 9223372036854775807}
!2 = !{!"length", !0, i64 0}
!3 = !{!2, !2, i64 0}
!4 = !{!"shadow", !0, i64 0}
!5 = !{!4, !4, i64 0}
!6 = !{!"context", !0, i64 0}
!7 = !{!6, !6, i64 0}
!8 = !{!"branch_weights", i32 2000, i32 1}
!9 = !{!"header", !0, i64 0}
!10 = !{!9, !9, i64 0}
!11 = !{!"element ref 8 0", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = !{i64 16}
!14 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "arguments"
declare void @panic_index(i64, i64) nounwind noreturn cold
declare i64 @stdout_write(ptr) nounwind
@.sites = internal constant [1 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 2, i32 3 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 1, ptr @beskid_program_entry, ptr @.c.2 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [10 x i8] c"arguments\00"
@.beskid_note = private constant [388 x i8] c"\07\00\00\00X\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=0f71d38e36a3f6f483e49c34e50910e0d50b9d1c857b801192879b06f83e5b60\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  br label %b0, !dbg !7
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 8, !dbg !7
  %r1 = load i64, ptr %t1, !tbaa !10, !range !8, !dbg !7
  %t2 = getelementptr inbounds i8, ptr %r0, i64 8, !dbg !11
  %t3 = load i64, ptr %t2, !tbaa !10, !range !8, !dbg !11
  %t4 = icmp ult i64 1, %t3, !dbg !11
  br i1 %t4, label %l5, label %l10, !prof !16, !dbg !11
l5:
  %t11 = load ptr, ptr %r0, !tbaa !18, !dbg !11
  %t12 = getelementptr inbounds [8 x i8], ptr %t11, i64 1, !dbg !11
  %r2 = load ptr, ptr %t12, !tbaa !20, !dereferenceable_or_null !21, !dbg !11
  %r3 = call i64 @stdout_write(ptr %r2), !dbg !22
  ret i64 %r1, !dbg !7
l10:
  store ptr @.sites, ptr %sp, !tbaa !13, !dbg !11
  %t6 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !11
  %t7 = ptrtoint ptr %sp to i64, !dbg !11
  %t8 = and i64 %t7, -8388608, !dbg !11
  %t9 = inttoptr i64 %t8 to ptr, !dbg !11
  store ptr %t6, ptr %t9, !tbaa !15, !dbg !11
  call void @panic_index(i64 1, i64 %t3), !dbg !11
  unreachable, !dbg !11
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
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 1, column: 0, scope: !6)
!8 = !{i64 0, i64 9223372036854775807}
!9 = !{!"length", !0, i64 0}
!10 = !{!9, !9, i64 0}
!11 = !DILocation(line: 2, column: 3, scope: !6)
!12 = !{!"shadow", !0, i64 0}
!13 = !{!12, !12, i64 0}
!14 = !{!"context", !0, i64 0}
!15 = !{!14, !14, i64 0}
!16 = !{!"branch_weights", i32 2000, i32 1}
!17 = !{!"header", !0, i64 0}
!18 = !{!17, !17, i64 0}
!19 = !{!"element ref 8 0", !0, i64 0}
!20 = !{!19, !19, i64 0}
!21 = !{i64 16}
!22 = !DILocation(line: 3, column: 3, scope: !6)
!23 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!24 = !DILocation(line: 0, column: 0, scope: !23)
!25 = !{i32 8, !"PIC Level", i32 2}
!26 = !{i32 2, !"Debug Info Version", i32 3}
!27 = !{i32 7, !"Dwarf Version", i32 5}
