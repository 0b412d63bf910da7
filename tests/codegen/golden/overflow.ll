; -O0
source_filename = "overflow"
declare void @panic_integer_overflow() nounwind noreturn cold
@.sites = internal constant [2 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 2, i32 2147483658 }, { ptr, ptr, i32, i32 } { ptr @.c.2, ptr @.c.1, i32 5, i32 3 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 5, i64 1240441465081683960, ptr @.sites, i64 2, ptr @beskid_program_entry, ptr @.c.3 }, align 8
@.c.0 = private unnamed_addr constant [7 x i8] c"divide\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.3 = private unnamed_addr constant [9 x i8] c"overflow\00"
@.beskid_note = private constant [308 x i8] c"\07\00\00\00\08\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=5\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=a74772eb454083088e94e784f665990d54e26915b72b169f8abe74668641b0c9\0Aimport=panic_integer_overflow()Never\0Arow=panic_integer_overflow() -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %t1 = icmp ne i8 -128, -128
  %t2 = icmp ne i8 -1, -1
  %t3 = or i1 %t1, %t2
  br i1 %t3, label %l4, label %l9, !prof !5
l4:
  %r3 = sdiv i8 -128, -1
  %r1 = bitcast i8 %r3 to i8
  %r2 = sext i8 %r1 to i64
  ret i64 %r2
l9:
  store ptr @.sites, ptr %sp, !tbaa !2
  %t5 = getelementptr inbounds i8, ptr %sp, i64 8
  %t6 = ptrtoint ptr %sp to i64
  %t7 = and i64 %t6, -8388608
  %t8 = inttoptr i64 %t7 to ptr
  store ptr %t5, ptr %t8, !tbaa !4
  call void @panic_integer_overflow()
  unreachable
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!6}
!0 = !{!"beskid"}
!1 = !{!"shadow", !0, i64 0}
!2 = !{!1, !1, i64 0}
!3 = !{!"context", !0, i64 0}
!4 = !{!3, !3, i64 0}
!5 = !{!"branch_weights", i32 2000, i32 1}
!6 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "overflow"
declare void @panic_integer_overflow() nounwind noreturn cold
@.sites = internal constant [2 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.0, ptr @.c.1, i32 2, i32 2147483658 }, { ptr, ptr, i32, i32 } { ptr @.c.2, ptr @.c.1, i32 5, i32 3 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 5, i64 1240441465081683960, ptr @.sites, i64 2, ptr @beskid_program_entry, ptr @.c.3 }, align 8
@.c.0 = private unnamed_addr constant [7 x i8] c"divide\00"
@.c.1 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.2 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.3 = private unnamed_addr constant [9 x i8] c"overflow\00"
@.beskid_note = private constant [308 x i8] c"\07\00\00\00\08\01\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=5\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=a74772eb454083088e94e784f665990d54e26915b72b169f8abe74668641b0c9\0Aimport=panic_integer_overflow()Never\0Arow=panic_integer_overflow() -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  br label %b0, !dbg !7
b0:
  %t1 = icmp ne i8 -128, -128, !dbg !10
  %t2 = icmp ne i8 -1, -1, !dbg !10
  %t3 = or i1 %t1, %t2, !dbg !10
  br i1 %t3, label %l4, label %l9, !prof !15, !dbg !10
l4:
  %r3 = sdiv i8 -128, -1, !dbg !10
  %r1 = bitcast i8 %r3 to i8, !dbg !8
  %r2 = sext i8 %r1 to i64, !dbg !7
  ret i64 %r2, !dbg !7
l9:
  store ptr @.sites, ptr %sp, !tbaa !12, !dbg !10
  %t5 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !10
  %t6 = ptrtoint ptr %sp to i64, !dbg !10
  %t7 = and i64 %t6, -8388608, !dbg !10
  %t8 = inttoptr i64 %t7 to ptr, !dbg !10
  store ptr %t5, ptr %t8, !tbaa !14, !dbg !10
  call void @panic_integer_overflow(), !dbg !10
  unreachable, !dbg !10
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !16 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !17
  ret i64 %status, !dbg !17
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!18, !19, !20}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 4, type: !4, scopeLine: 4, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 4, column: 0, scope: !6)
!8 = !DILocation(line: 5, column: 3, scope: !6)
!9 = distinct !DISubprogram(name: "divide", linkageName: "", scope: !5, file: !5, line: 2, type: !4, scopeLine: 2, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!10 = !DILocation(line: 2, column: 10, scope: !9, inlinedAt: !8)
!11 = !{!"shadow", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = !{!"context", !0, i64 0}
!14 = !{!13, !13, i64 0}
!15 = !{!"branch_weights", i32 2000, i32 1}
!16 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!17 = !DILocation(line: 0, column: 0, scope: !16)
!18 = !{i32 8, !"PIC Level", i32 2}
!19 = !{i32 2, !"Debug Info Version", i32 3}
!20 = !{i32 7, !"Dwarf Version", i32 5}
