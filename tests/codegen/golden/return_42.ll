; -O0
source_filename = "answer"
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr null, i64 0, ptr @beskid_program_entry, ptr @.c.0 }, align 8
@.c.0 = private unnamed_addr constant [7 x i8] c"answer\00"
@.beskid_note = private constant [216 x i8] c"\07\00\00\00\AC\00\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=d870e94c2d220ca5ac35d6083ac892287a12a35f275afdbdac6c125ac33e7250\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  ret i64 42
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!1}
!0 = !{!"beskid"}
!1 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "answer"
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr null, i64 0, ptr @beskid_program_entry, ptr @.c.0 }, align 8
@.c.0 = private unnamed_addr constant [7 x i8] c"answer\00"
@.beskid_note = private constant [216 x i8] c"\07\00\00\00\AC\00\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=d870e94c2d220ca5ac35d6083ac892287a12a35f275afdbdac6c125ac33e7250\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  br label %b0, !dbg !7
b0:
  ret i64 42, !dbg !7
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !8 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !9
  ret i64 %status, !dbg !9
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!10, !11, !12}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 1, column: 0, scope: !6)
!8 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!9 = !DILocation(line: 0, column: 0, scope: !8)
!10 = !{i32 8, !"PIC Level", i32 2}
!11 = !{i32 2, !"Debug Info Version", i32 3}
!12 = !{i32 7, !"Dwarf Version", i32 5}
