; -O0
source_filename = "panic"
declare void @panic_str(ptr) nounwind noreturn cold
@.bytes.0 = private unnamed_addr constant [4 x i8] c"gone"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 4 }, align 16
@.sites = internal constant [1 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 2, i32 3 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 1, ptr @beskid_program_entry, ptr @.c.2 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [6 x i8] c"panic\00"
@.beskid_note = private constant [300 x i8] c"\07\00\00\00\FF\00\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=d614761b3aca903e5dbafcb9a4545afafa64c591a4749c790aa7de0a8bb7d20f\0Aimport=panic_str(Ptr)Never\0Arow=panic_str(message string) -> Never, since 0, panics\0A\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
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
  call void @panic_str(ptr @.text.0)
  unreachable
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
source_filename = "panic"
declare void @panic_str(ptr) nounwind noreturn cold
@.bytes.0 = private unnamed_addr constant [4 x i8] c"gone"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 4 }, align 16
@.sites = internal constant [1 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 2, i32 3 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 1, ptr @beskid_program_entry, ptr @.c.2 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [6 x i8] c"panic\00"
@.beskid_note = private constant [300 x i8] c"\07\00\00\00\FF\00\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=d614761b3aca903e5dbafcb9a4545afafa64c591a4749c790aa7de0a8bb7d20f\0Aimport=panic_str(Ptr)Never\0Arow=panic_str(message string) -> Never, since 0, panics\0A\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
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
  call void @panic_str(ptr @.text.0), !dbg !8
  unreachable, !dbg !7
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !13 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !14
  ret i64 %status, !dbg !14
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!15, !16, !17}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 1, column: 0, scope: !6)
!8 = !DILocation(line: 2, column: 3, scope: !6)
!9 = !{!"shadow", !0, i64 0}
!10 = !{!9, !9, i64 0}
!11 = !{!"context", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!14 = !DILocation(line: 0, column: 0, scope: !13)
!15 = !{i32 8, !"PIC Level", i32 2}
!16 = !{i32 2, !"Debug Info Version", i32 3}
!17 = !{i32 7, !"Dwarf Version", i32 5}
