; -O0
source_filename = "arrays"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @array_new_typed(ptr, i64) nounwind
declare void @gc_write_barrier(ptr, ptr) nounwind cold
declare void @panic_index(i64, i64) nounwind noreturn cold
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_concat_n(ptr, i64) nounwind
declare ptr @str_from_i64(i64) nounwind
@.bytes.0 = private unnamed_addr constant [1 x i8] c"x"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 1 }, align 16
@.bytes.1 = private unnamed_addr constant [3 x i8] c"abc"
@.text.1 = private constant { ptr, i64 } { ptr @.bytes.1, i64 3 }, align 16
@.bytes.2 = private unnamed_addr constant [1 x i8] c" "
@.text.2 = private constant { ptr, i64 } { ptr @.bytes.2, i64 1 }, align 16
@.bytes.3 = private unnamed_addr constant [1 x i8] c"\0A"
@.text.3 = private constant { ptr, i64 } { ptr @.bytes.3, i64 1 }, align 16
@"__beskid_type_offsets_element pair" = internal constant [1 x i64] [i64 8], align 8
@"__beskid_type_desc_element pair" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 1, i32 0, ptr @"__beskid_type_offsets_element pair", ptr @.c.0, i64 0 }, align 8
@"__beskid_type_offsets_element string" = internal constant [1 x i64] [i64 0], align 8
@"__beskid_type_desc_element string" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 8, i64 8, i32 1, i32 0, ptr @"__beskid_type_offsets_element string", ptr @.c.1, i64 0 }, align 8
@"__beskid_type_desc_element u8" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 1, i64 1, i32 0, i32 0, ptr null, ptr @.c.2, i64 0 }, align 8
@.sites = internal constant [9 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 2, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 3, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 3, i32 2 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 5, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 5, i32 2 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 7, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 8, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 9, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 9, i32 2 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 9, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"pair\00"
@.c.1 = private unnamed_addr constant [7 x i8] c"string\00"
@.c.2 = private unnamed_addr constant [3 x i8] c"u8\00"
@.c.3 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.4 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.5 = private unnamed_addr constant [7 x i8] c"arrays\00"
@.beskid_note = private constant [828 x i8] c"\07\00\00\00\10\03\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=e9197a9b46a6c0f0cfcb4f5c2980c86e6606309d6199252bae45589002f83792\0Aimport=gc_write_barrier(Ptr,Ptr)Void\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=gc_write_barrier(parent object?, child object?) -> Void, since 0, cold\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  %v2 = alloca i64
  %v4 = alloca ptr
  %v8 = alloca i64
  %v13 = alloca i64
  %v15 = alloca i64
  br label %b0
b0:
  store ptr @.sites, ptr %sp, !tbaa !2
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8
  %t2 = ptrtoint ptr %sp to i64
  %t3 = and i64 %t2, -8388608
  %t4 = inttoptr i64 %t3 to ptr
  store ptr %t1, ptr %t4, !tbaa !4
  %t5 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element string", i64 5)
  %r1 = bitcast ptr %t5 to ptr
  store i64 0, ptr %v2
  br label %b1
b1:
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !2
  %t6 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r1, ptr %t6, !tbaa !2
  %t7 = load i64, ptr %v2
  %t8 = getelementptr inbounds i8, ptr %sp, i64 16
  %t9 = ptrtoint ptr %sp to i64
  %t10 = and i64 %t9, -8388608
  %t11 = inttoptr i64 %t10 to ptr
  store ptr %t8, ptr %t11, !tbaa !4
  %t12 = call ptr @str_from_i64(i64 %t7)
  store ptr %t12, ptr %v4
  %t13 = load i64, ptr %v2
  %t14 = getelementptr inbounds i8, ptr %r1, i64 8
  %t15 = load i64, ptr %t14, !tbaa !7, !range !5
  %t16 = icmp ult i64 %t13, %t15
  br i1 %t16, label %l17, label %l22, !prof !8
l17:
  %t23 = load ptr, ptr %r1, !tbaa !10
  %t24 = load i64, ptr %v2
  %t25 = getelementptr inbounds [8 x i8], ptr %t23, i64 %t24
  %t26 = ptrtoint ptr %sp to i64
  %t27 = and i64 %t26, -8388608
  %t28 = inttoptr i64 %t27 to ptr
  %t29 = getelementptr inbounds i8, ptr %t28, i64 56
  %t30 = load i64, ptr %t29, !tbaa !4
  %t31 = icmp ne i64 %t30, 0
  br i1 %t31, label %l32, label %l33, !prof !11
l32:
  %t35 = load ptr, ptr %v4
  call void @gc_write_barrier(ptr null, ptr %t35) nounwind willreturn memory(read, inaccessiblemem: readwrite)
  br label %l34
l33:
  %t36 = ptrtoaddr ptr %t25 to i64
  %t37 = ptrtoint ptr %sp to i64
  %t38 = and i64 %t37, -8388608
  %t39 = inttoptr i64 %t38 to ptr
  %t40 = getelementptr inbounds i8, ptr %t39, i64 16
  %t41 = load i64, ptr %t40, !invariant.load !{}
  %t42 = ptrtoint ptr %sp to i64
  %t43 = and i64 %t42, -8388608
  %t44 = inttoptr i64 %t43 to ptr
  %t45 = getelementptr inbounds i8, ptr %t44, i64 24
  %t46 = load i64, ptr %t45, !invariant.load !{}
  %t47 = ptrtoint ptr %sp to i64
  %t48 = and i64 %t47, -8388608
  %t49 = inttoptr i64 %t48 to ptr
  %t50 = getelementptr inbounds i8, ptr %t49, i64 32
  %t51 = load ptr, ptr %t50, !invariant.load !{}
  %t52 = sub i64 %t36, %t41
  %t53 = icmp ult i64 %t52, %t46
  %t54 = select i1 %t53, i64 %t52, i64 %t46
  %t55 = lshr i64 %t54, 9
  %t56 = getelementptr inbounds i8, ptr %t51, i64 %t55
  store i8 1, ptr %t56, !tbaa !13
  br label %l34
l34:
  %t57 = load ptr, ptr %v4
  store ptr %t57, ptr %t25, !tbaa !15
  %t58 = load i64, ptr %v2
  %t59 = add i64 %t58, 1
  store i64 %t59, ptr %v2
  %t60 = load i64, ptr %v2
  %r3 = icmp slt i64 %t60, 5
  br i1 %r3, label %b1, label %b2
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !2
  %t61 = getelementptr inbounds i8, ptr %sp, i64 16
  %t62 = ptrtoint ptr %sp to i64
  %t63 = and i64 %t62, -8388608
  %t64 = inttoptr i64 %t63 to ptr
  store ptr %t61, ptr %t64, !tbaa !4
  %t65 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element pair", i64 3)
  %r7 = bitcast ptr %t65 to ptr
  %t66 = getelementptr inbounds i8, ptr %r7, i64 8
  %t67 = load i64, ptr %t66, !tbaa !7, !range !5
  %t68 = icmp ult i64 2, %t67
  br i1 %t68, label %l69, label %l74, !prof !8
l69:
  %t75 = load ptr, ptr %r7, !tbaa !10
  %t76 = getelementptr inbounds [24 x i8], ptr %t75, i64 2
  store i64 7, ptr %t76, !tbaa !17
  %t77 = load ptr, ptr %r7, !tbaa !10
  %t78 = getelementptr inbounds [24 x i8], ptr %t77, i64 2
  %t79 = getelementptr inbounds i8, ptr %t78, i64 8
  store ptr @.text.0, ptr %t79, !tbaa !19
  %t80 = load ptr, ptr %r7, !tbaa !10
  %t81 = getelementptr inbounds [24 x i8], ptr %t80, i64 2
  %t82 = getelementptr inbounds i8, ptr %t81, i64 16
  %t83 = zext i1 true to i8
  store i8 %t83, ptr %t82, !tbaa !21
  %t84 = load ptr, ptr %r7, !tbaa !10
  %t85 = getelementptr inbounds [24 x i8], ptr %t84, i64 2
  %t86 = load i64, ptr %t85, !tbaa !17
  store i64 %t86, ptr %v8
  %t87 = load ptr, ptr %r7, !tbaa !10
  %t88 = getelementptr inbounds [24 x i8], ptr %t87, i64 2
  %t89 = getelementptr inbounds i8, ptr %t88, i64 8
  %r9 = load ptr, ptr %t89, !tbaa !19, !dereferenceable_or_null !22
  %t90 = load ptr, ptr %r7, !tbaa !10
  %t91 = getelementptr inbounds [24 x i8], ptr %t90, i64 2
  %t92 = getelementptr inbounds i8, ptr %t91, i64 16
  %t93 = load i8, ptr %t92, !tbaa !21
  %r10 = icmp ne i8 %t93, 0
  %r11 = zext i1 %r10 to i64
  %t94 = load i64, ptr %v8
  %t95 = add i64 %t94, %r11
  store i64 %t95, ptr %v8
  %t96 = getelementptr inbounds i8, ptr %r1, i64 8
  %t97 = load i64, ptr %t96, !tbaa !7, !range !5
  %t98 = icmp ult i64 4, %t97
  br i1 %t98, label %l99, label %l104, !prof !8
l99:
  %t105 = load ptr, ptr %r1, !tbaa !10
  %t106 = getelementptr inbounds [8 x i8], ptr %t105, i64 4
  %r5 = load ptr, ptr %t106, !tbaa !15, !dereferenceable_or_null !22
  %t107 = getelementptr inbounds i8, ptr %r1, i64 8
  %r6 = load i64, ptr %t107, !tbaa !7, !range !5
  %t108 = load i64, ptr %v8
  %t109 = add i64 %r6, %t108
  store i64 %t109, ptr %v13
  %t110 = getelementptr inbounds i8, ptr @.text.1, i64 8
  %t111 = load i64, ptr %t110, !tbaa !7, !range !5
  %t112 = icmp ult i64 1, %t111
  br i1 %t112, label %l113, label %l118, !prof !8
l113:
  %t119 = load ptr, ptr @.text.1, !tbaa !10
  %t120 = getelementptr inbounds [1 x i8], ptr %t119, i64 1
  %r12 = load i8, ptr %t120, !tbaa !24
  %t121 = zext i8 %r12 to i64
  store i64 %t121, ptr %v15
  %t122 = load i64, ptr %v13
  %t123 = load i64, ptr %v15
  %t124 = add i64 %t122, %t123
  store i64 %t124, ptr %v13
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !2
  %t125 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r5, ptr %t125, !tbaa !2
  %t126 = getelementptr inbounds i8, ptr %sp, i64 16
  store ptr %r9, ptr %t126, !tbaa !2
  %t127 = load i64, ptr %v13
  %t128 = getelementptr inbounds i8, ptr %sp, i64 24
  %t129 = ptrtoint ptr %sp to i64
  %t130 = and i64 %t129, -8388608
  %t131 = inttoptr i64 %t130 to ptr
  store ptr %t128, ptr %t131, !tbaa !4
  %r14 = call ptr @str_from_i64(i64 %t127)
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !2
  %t132 = getelementptr inbounds i8, ptr %sp, i64 24
  store ptr %r14, ptr %t132, !tbaa !2
  %t133 = getelementptr inbounds i8, ptr %sp, i64 32
  store ptr %r5, ptr %t133, !tbaa !2
  %t134 = getelementptr inbounds i8, ptr %sp, i64 40
  store ptr %r9, ptr %t134, !tbaa !2
  %t135 = getelementptr inbounds i8, ptr %sp, i64 48
  store ptr @.text.2, ptr %t135, !tbaa !2
  %t136 = getelementptr inbounds i8, ptr %sp, i64 56
  store ptr %r14, ptr %t136, !tbaa !2
  %t137 = getelementptr inbounds i8, ptr %sp, i64 64
  store ptr @.text.3, ptr %t137, !tbaa !2
  %t138 = getelementptr inbounds i8, ptr %sp, i64 72
  %t139 = ptrtoint ptr %sp to i64
  %t140 = and i64 %t139, -8388608
  %t141 = inttoptr i64 %t140 to ptr
  store ptr %t138, ptr %t141, !tbaa !4
  %t142 = getelementptr inbounds i8, ptr %sp, i64 32
  %t143 = call ptr @str_concat_n(ptr %t142, i64 5)
  store ptr %t143, ptr %v4
  %t144 = load ptr, ptr %v4
  %t145 = call i64 @stdout_write(ptr %t144)
  store i64 %t145, ptr %v15
  ret i64 0
l22:
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !2
  %t18 = getelementptr inbounds i8, ptr %sp, i64 8
  %t19 = ptrtoint ptr %sp to i64
  %t20 = and i64 %t19, -8388608
  %t21 = inttoptr i64 %t20 to ptr
  store ptr %t18, ptr %t21, !tbaa !4
  call void @panic_index(i64 %t13, i64 %t15)
  unreachable
l74:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !2
  %t70 = getelementptr inbounds i8, ptr %sp, i64 8
  %t71 = ptrtoint ptr %sp to i64
  %t72 = and i64 %t71, -8388608
  %t73 = inttoptr i64 %t72 to ptr
  store ptr %t70, ptr %t73, !tbaa !4
  call void @panic_index(i64 2, i64 %t67)
  unreachable
l104:
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !2
  %t100 = getelementptr inbounds i8, ptr %sp, i64 8
  %t101 = ptrtoint ptr %sp to i64
  %t102 = and i64 %t101, -8388608
  %t103 = inttoptr i64 %t102 to ptr
  store ptr %t100, ptr %t103, !tbaa !4
  call void @panic_index(i64 4, i64 %t97)
  unreachable
l118:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !2
  %t114 = getelementptr inbounds i8, ptr %sp, i64 8
  %t115 = ptrtoint ptr %sp to i64
  %t116 = and i64 %t115, -8388608
  %t117 = inttoptr i64 %t116 to ptr
  store ptr %t114, ptr %t117, !tbaa !4
  call void @panic_index(i64 1, i64 %t111)
  unreachable
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!25}
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
!11 = !{!"branch_weights", i32 1, i32 2000}
!12 = !{!"card", !0, i64 0}
!13 = !{!12, !12, i64 0}
!14 = !{!"element ref 8 0", !0, i64 0}
!15 = !{!14, !14, i64 0}
!16 = !{!"element i64 24 0", !0, i64 0}
!17 = !{!16, !16, i64 0}
!18 = !{!"element ref 24 8", !0, i64 0}
!19 = !{!18, !18, i64 0}
!20 = !{!"element i1 24 16", !0, i64 0}
!21 = !{!20, !20, i64 0}
!22 = !{i64 16}
!23 = !{!"element i8 1 0", !0, i64 0}
!24 = !{!23, !23, i64 0}
!25 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "arrays"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @array_new_typed(ptr, i64) nounwind
declare void @gc_write_barrier(ptr, ptr) nounwind cold
declare void @panic_index(i64, i64) nounwind noreturn cold
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_concat_n(ptr, i64) nounwind
declare ptr @str_from_i64(i64) nounwind
declare void @llvm.assume(i1)
@.bytes.0 = private unnamed_addr constant [1 x i8] c"x"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 1 }, align 16
@.bytes.1 = private unnamed_addr constant [3 x i8] c"abc"
@.text.1 = private constant { ptr, i64 } { ptr @.bytes.1, i64 3 }, align 16
@.bytes.2 = private unnamed_addr constant [1 x i8] c" "
@.text.2 = private constant { ptr, i64 } { ptr @.bytes.2, i64 1 }, align 16
@.bytes.3 = private unnamed_addr constant [1 x i8] c"\0A"
@.text.3 = private constant { ptr, i64 } { ptr @.bytes.3, i64 1 }, align 16
@"__beskid_type_offsets_element pair" = internal constant [1 x i64] [i64 8], align 8
@"__beskid_type_desc_element pair" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 1, i32 0, ptr @"__beskid_type_offsets_element pair", ptr @.c.0, i64 0 }, align 8
@"__beskid_type_offsets_element string" = internal constant [1 x i64] [i64 0], align 8
@"__beskid_type_desc_element string" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 8, i64 8, i32 1, i32 0, ptr @"__beskid_type_offsets_element string", ptr @.c.1, i64 0 }, align 8
@"__beskid_type_desc_element u8" = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 1, i64 1, i32 0, i32 0, ptr null, ptr @.c.2, i64 0 }, align 8
@.sites = internal constant [9 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 2, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 3, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 3, i32 2 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 5, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 5, i32 2 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 7, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 8, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 9, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 9, i32 2 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 9, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"pair\00"
@.c.1 = private unnamed_addr constant [7 x i8] c"string\00"
@.c.2 = private unnamed_addr constant [3 x i8] c"u8\00"
@.c.3 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.4 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.5 = private unnamed_addr constant [7 x i8] c"arrays\00"
@.beskid_note = private constant [828 x i8] c"\07\00\00\00\10\03\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=e9197a9b46a6c0f0cfcb4f5c2980c86e6606309d6199252bae45589002f83792\0Aimport=gc_write_barrier(Ptr,Ptr)Void\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=gc_write_barrier(parent object?, child object?) -> Void, since 0, cold\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  %v2 = alloca i64
  %v4 = alloca ptr
  %v8 = alloca i64
  %v13 = alloca i64
  %v15 = alloca i64
  br label %b0, !dbg !7
b0:
  store ptr @.sites, ptr %sp, !tbaa !10, !dbg !8
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !8
  %t2 = ptrtoint ptr %sp to i64, !dbg !8
  %t3 = and i64 %t2, -8388608, !dbg !8
  %t4 = inttoptr i64 %t3 to ptr, !dbg !8
  store ptr %t1, ptr %t4, !tbaa !12, !dbg !8
  %t5 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element string", i64 5), !dbg !8
  %t6 = getelementptr inbounds i8, ptr %t5, i64 8, !dbg !8
  %t7 = load i64, ptr %t6, !tbaa !15, !range !13, !dbg !8
  %t8 = icmp eq i64 %t7, 5, !dbg !8
  call void @llvm.assume(i1 %t8), !dbg !8
  %r1 = bitcast ptr %t5 to ptr, !dbg !8
  store i64 0, ptr %v2, !dbg !7
  br label %b1, !dbg !7
b1:
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !10, !dbg !16
  %t9 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !16
  store ptr %r1, ptr %t9, !tbaa !10, !dbg !16
  %t10 = load i64, ptr %v2, !dbg !16
  %t11 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !16
  %t12 = ptrtoint ptr %sp to i64, !dbg !16
  %t13 = and i64 %t12, -8388608, !dbg !16
  %t14 = inttoptr i64 %t13 to ptr, !dbg !16
  store ptr %t11, ptr %t14, !tbaa !12, !dbg !16
  %t15 = call ptr @str_from_i64(i64 %t10), !dbg !16
  store ptr %t15, ptr %v4, !dbg !16
  %t16 = load i64, ptr %v2, !dbg !17
  %t17 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !17
  %t18 = load i64, ptr %t17, !tbaa !15, !range !13, !dbg !17
  %t19 = icmp ult i64 %t16, %t18, !dbg !17
  br i1 %t19, label %l20, label %l25, !prof !18, !dbg !17
l20:
  %t26 = load ptr, ptr %r1, !tbaa !20, !dbg !17
  %t27 = load i64, ptr %v2, !dbg !17
  %t28 = getelementptr inbounds [8 x i8], ptr %t26, i64 %t27, !dbg !17
  %t29 = ptrtoint ptr %sp to i64, !dbg !17
  %t30 = and i64 %t29, -8388608, !dbg !17
  %t31 = inttoptr i64 %t30 to ptr, !dbg !17
  %t32 = getelementptr inbounds i8, ptr %t31, i64 56, !dbg !17
  %t33 = load i64, ptr %t32, !tbaa !12, !dbg !17
  %t34 = icmp ne i64 %t33, 0, !dbg !17
  br i1 %t34, label %l35, label %l36, !prof !21, !dbg !17
l35:
  %t38 = load ptr, ptr %v4, !dbg !17
  call void @gc_write_barrier(ptr null, ptr %t38) nounwind willreturn memory(read, inaccessiblemem: readwrite), !dbg !17
  br label %l37, !dbg !17
l36:
  %t39 = ptrtoaddr ptr %t28 to i64, !dbg !17
  %t40 = ptrtoint ptr %sp to i64, !dbg !17
  %t41 = and i64 %t40, -8388608, !dbg !17
  %t42 = inttoptr i64 %t41 to ptr, !dbg !17
  %t43 = getelementptr inbounds i8, ptr %t42, i64 16, !dbg !17
  %t44 = load i64, ptr %t43, !invariant.load !{}, !dbg !17
  %t45 = ptrtoint ptr %sp to i64, !dbg !17
  %t46 = and i64 %t45, -8388608, !dbg !17
  %t47 = inttoptr i64 %t46 to ptr, !dbg !17
  %t48 = getelementptr inbounds i8, ptr %t47, i64 24, !dbg !17
  %t49 = load i64, ptr %t48, !invariant.load !{}, !dbg !17
  %t50 = ptrtoint ptr %sp to i64, !dbg !17
  %t51 = and i64 %t50, -8388608, !dbg !17
  %t52 = inttoptr i64 %t51 to ptr, !dbg !17
  %t53 = getelementptr inbounds i8, ptr %t52, i64 32, !dbg !17
  %t54 = load ptr, ptr %t53, !invariant.load !{}, !dbg !17
  %t55 = sub i64 %t39, %t44, !dbg !17
  %t56 = icmp ult i64 %t55, %t49, !dbg !17
  %t57 = select i1 %t56, i64 %t55, i64 %t49, !dbg !17
  %t58 = lshr i64 %t57, 9, !dbg !17
  %t59 = getelementptr inbounds i8, ptr %t54, i64 %t58, !dbg !17
  store i8 1, ptr %t59, !tbaa !23, !dbg !17
  br label %l37, !dbg !17
l37:
  %t60 = load ptr, ptr %v4, !dbg !17
  store ptr %t60, ptr %t28, !tbaa !25, !dbg !17
  %t61 = load i64, ptr %v2, !dbg !7
  %t62 = add i64 %t61, 1, !dbg !7
  store i64 %t62, ptr %v2, !dbg !7
  %t63 = load i64, ptr %v2, !dbg !7
  %r3 = icmp slt i64 %t63, 5, !dbg !7
  br i1 %r3, label %b1, label %b2, !dbg !7
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !10, !dbg !26
  %t64 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !26
  %t65 = ptrtoint ptr %sp to i64, !dbg !26
  %t66 = and i64 %t65, -8388608, !dbg !26
  %t67 = inttoptr i64 %t66 to ptr, !dbg !26
  store ptr %t64, ptr %t67, !tbaa !12, !dbg !26
  %t68 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element pair", i64 3), !dbg !26
  %t69 = getelementptr inbounds i8, ptr %t68, i64 8, !dbg !26
  %t70 = load i64, ptr %t69, !tbaa !15, !range !13, !dbg !26
  %t71 = icmp eq i64 %t70, 3, !dbg !26
  call void @llvm.assume(i1 %t71), !dbg !26
  %r7 = bitcast ptr %t68 to ptr, !dbg !26
  %t72 = getelementptr inbounds i8, ptr %r7, i64 8, !dbg !27
  %t73 = load i64, ptr %t72, !tbaa !15, !range !13, !dbg !27
  %t74 = icmp ult i64 2, %t73, !dbg !27
  br i1 %t74, label %l75, label %l80, !prof !18, !dbg !27
l75:
  %t81 = load ptr, ptr %r7, !tbaa !20, !dbg !27
  %t82 = getelementptr inbounds [24 x i8], ptr %t81, i64 2, !dbg !27
  store i64 7, ptr %t82, !tbaa !29, !dbg !27
  %t83 = load ptr, ptr %r7, !tbaa !20, !dbg !30
  %t84 = getelementptr inbounds [24 x i8], ptr %t83, i64 2, !dbg !30
  %t85 = getelementptr inbounds i8, ptr %t84, i64 8, !dbg !30
  store ptr @.text.0, ptr %t85, !tbaa !32, !dbg !30
  %t86 = load ptr, ptr %r7, !tbaa !20, !dbg !33
  %t87 = getelementptr inbounds [24 x i8], ptr %t86, i64 2, !dbg !33
  %t88 = getelementptr inbounds i8, ptr %t87, i64 16, !dbg !33
  %t89 = zext i1 true to i8, !dbg !33
  store i8 %t89, ptr %t88, !tbaa !35, !dbg !33
  %t90 = load ptr, ptr %r7, !tbaa !20, !dbg !36
  %t91 = getelementptr inbounds [24 x i8], ptr %t90, i64 2, !dbg !36
  %t92 = load i64, ptr %t91, !tbaa !29, !dbg !36
  store i64 %t92, ptr %v8, !dbg !36
  %t93 = load ptr, ptr %r7, !tbaa !20, !dbg !37
  %t94 = getelementptr inbounds [24 x i8], ptr %t93, i64 2, !dbg !37
  %t95 = getelementptr inbounds i8, ptr %t94, i64 8, !dbg !37
  %r9 = load ptr, ptr %t95, !tbaa !32, !dereferenceable_or_null !38, !dbg !37
  %t96 = load ptr, ptr %r7, !tbaa !20, !dbg !39
  %t97 = getelementptr inbounds [24 x i8], ptr %t96, i64 2, !dbg !39
  %t98 = getelementptr inbounds i8, ptr %t97, i64 16, !dbg !39
  %t99 = load i8, ptr %t98, !tbaa !35, !dbg !39
  %r10 = icmp ne i8 %t99, 0, !dbg !39
  %r11 = zext i1 %r10 to i64, !dbg !7
  %t100 = load i64, ptr %v8, !dbg !7
  %t101 = add i64 %t100, %r11, !dbg !7
  store i64 %t101, ptr %v8, !dbg !7
  %t102 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !40
  %t103 = load i64, ptr %t102, !tbaa !15, !range !13, !dbg !40
  %t104 = icmp ult i64 4, %t103, !dbg !40
  br i1 %t104, label %l105, label %l110, !prof !18, !dbg !40
l105:
  %t111 = load ptr, ptr %r1, !tbaa !20, !dbg !40
  %t112 = getelementptr inbounds [8 x i8], ptr %t111, i64 4, !dbg !40
  %r5 = load ptr, ptr %t112, !tbaa !25, !dereferenceable_or_null !38, !dbg !40
  %t113 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !7
  %r6 = load i64, ptr %t113, !tbaa !15, !range !13, !dbg !7
  %t114 = load i64, ptr %v8, !dbg !7
  %t115 = add i64 %r6, %t114, !dbg !7
  store i64 %t115, ptr %v13, !dbg !7
  %t116 = getelementptr inbounds i8, ptr @.text.1, i64 8, !dbg !41
  %t117 = load i64, ptr %t116, !tbaa !15, !range !13, !dbg !41
  %t118 = icmp ult i64 1, %t117, !dbg !41
  br i1 %t118, label %l119, label %l124, !prof !18, !dbg !41
l119:
  %t125 = load ptr, ptr @.text.1, !tbaa !20, !dbg !41
  %t126 = getelementptr inbounds [1 x i8], ptr %t125, i64 1, !dbg !41
  %r12 = load i8, ptr %t126, !tbaa !43, !dbg !41
  %t127 = zext i8 %r12 to i64, !dbg !7
  store i64 %t127, ptr %v15, !dbg !7
  %t128 = load i64, ptr %v13, !dbg !7
  %t129 = load i64, ptr %v15, !dbg !7
  %t130 = add i64 %t128, %t129, !dbg !7
  store i64 %t130, ptr %v13, !dbg !7
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !10, !dbg !44
  %t131 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !44
  store ptr %r5, ptr %t131, !tbaa !10, !dbg !44
  %t132 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !44
  store ptr %r9, ptr %t132, !tbaa !10, !dbg !44
  %t133 = load i64, ptr %v13, !dbg !44
  %t134 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !44
  %t135 = ptrtoint ptr %sp to i64, !dbg !44
  %t136 = and i64 %t135, -8388608, !dbg !44
  %t137 = inttoptr i64 %t136 to ptr, !dbg !44
  store ptr %t134, ptr %t137, !tbaa !12, !dbg !44
  %r14 = call ptr @str_from_i64(i64 %t133), !dbg !44
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !10, !dbg !45
  %t138 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !45
  store ptr %r14, ptr %t138, !tbaa !10, !dbg !45
  %t139 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !45
  store ptr %r5, ptr %t139, !tbaa !10, !dbg !45
  %t140 = getelementptr inbounds i8, ptr %sp, i64 40, !dbg !45
  store ptr %r9, ptr %t140, !tbaa !10, !dbg !45
  %t141 = getelementptr inbounds i8, ptr %sp, i64 48, !dbg !45
  store ptr @.text.2, ptr %t141, !tbaa !10, !dbg !45
  %t142 = getelementptr inbounds i8, ptr %sp, i64 56, !dbg !45
  store ptr %r14, ptr %t142, !tbaa !10, !dbg !45
  %t143 = getelementptr inbounds i8, ptr %sp, i64 64, !dbg !45
  store ptr @.text.3, ptr %t143, !tbaa !10, !dbg !45
  %t144 = getelementptr inbounds i8, ptr %sp, i64 72, !dbg !45
  %t145 = ptrtoint ptr %sp to i64, !dbg !45
  %t146 = and i64 %t145, -8388608, !dbg !45
  %t147 = inttoptr i64 %t146 to ptr, !dbg !45
  store ptr %t144, ptr %t147, !tbaa !12, !dbg !45
  %t148 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !45
  %t149 = call ptr @str_concat_n(ptr %t148, i64 5), !dbg !45
  store ptr %t149, ptr %v4, !dbg !45
  %t150 = load ptr, ptr %v4, !dbg !46
  %t151 = call i64 @stdout_write(ptr %t150), !dbg !46
  store i64 %t151, ptr %v15, !dbg !46
  ret i64 0, !dbg !7
l25:
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !10, !dbg !17
  %t21 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !17
  %t22 = ptrtoint ptr %sp to i64, !dbg !17
  %t23 = and i64 %t22, -8388608, !dbg !17
  %t24 = inttoptr i64 %t23 to ptr, !dbg !17
  store ptr %t21, ptr %t24, !tbaa !12, !dbg !17
  call void @panic_index(i64 %t16, i64 %t18), !dbg !17
  unreachable, !dbg !17
l80:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !10, !dbg !27
  %t76 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !27
  %t77 = ptrtoint ptr %sp to i64, !dbg !27
  %t78 = and i64 %t77, -8388608, !dbg !27
  %t79 = inttoptr i64 %t78 to ptr, !dbg !27
  store ptr %t76, ptr %t79, !tbaa !12, !dbg !27
  call void @panic_index(i64 2, i64 %t73), !dbg !27
  unreachable, !dbg !27
l110:
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !10, !dbg !40
  %t106 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !40
  %t107 = ptrtoint ptr %sp to i64, !dbg !40
  %t108 = and i64 %t107, -8388608, !dbg !40
  %t109 = inttoptr i64 %t108 to ptr, !dbg !40
  store ptr %t106, ptr %t109, !tbaa !12, !dbg !40
  call void @panic_index(i64 4, i64 %t103), !dbg !40
  unreachable, !dbg !40
l124:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !10, !dbg !41
  %t120 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !41
  %t121 = ptrtoint ptr %sp to i64, !dbg !41
  %t122 = and i64 %t121, -8388608, !dbg !41
  %t123 = inttoptr i64 %t122 to ptr, !dbg !41
  store ptr %t120, ptr %t123, !tbaa !12, !dbg !41
  call void @panic_index(i64 1, i64 %t117), !dbg !41
  unreachable, !dbg !41
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!47, !48, !49}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 1, column: 0, scope: !6)
!8 = !DILocation(line: 2, column: 1, scope: !6)
!9 = !{!"shadow", !0, i64 0}
!10 = !{!9, !9, i64 0}
!11 = !{!"context", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = !{i64 0, i64 9223372036854775807}
!14 = !{!"length", !0, i64 0}
!15 = !{!14, !14, i64 0}
!16 = !DILocation(line: 3, column: 1, scope: !6)
!17 = !DILocation(line: 3, column: 2, scope: !6)
!18 = !{!"branch_weights", i32 2000, i32 1}
!19 = !{!"header", !0, i64 0}
!20 = !{!19, !19, i64 0}
!21 = !{!"branch_weights", i32 1, i32 2000}
!22 = !{!"card", !0, i64 0}
!23 = !{!22, !22, i64 0}
!24 = !{!"element ref 8 0", !0, i64 0}
!25 = !{!24, !24, i64 0}
!26 = !DILocation(line: 5, column: 1, scope: !6)
!27 = !DILocation(line: 5, column: 2, scope: !6)
!28 = !{!"element i64 24 0", !0, i64 0}
!29 = !{!28, !28, i64 0}
!30 = !DILocation(line: 5, column: 3, scope: !6)
!31 = !{!"element ref 24 8", !0, i64 0}
!32 = !{!31, !31, i64 0}
!33 = !DILocation(line: 5, column: 4, scope: !6)
!34 = !{!"element i1 24 16", !0, i64 0}
!35 = !{!34, !34, i64 0}
!36 = !DILocation(line: 6, column: 1, scope: !6)
!37 = !DILocation(line: 6, column: 2, scope: !6)
!38 = !{i64 16}
!39 = !DILocation(line: 6, column: 3, scope: !6)
!40 = !DILocation(line: 7, column: 1, scope: !6)
!41 = !DILocation(line: 8, column: 1, scope: !6)
!42 = !{!"element i8 1 0", !0, i64 0}
!43 = !{!42, !42, i64 0}
!44 = !DILocation(line: 9, column: 1, scope: !6)
!45 = !DILocation(line: 9, column: 2, scope: !6)
!46 = !DILocation(line: 9, column: 3, scope: !6)
!47 = !{i32 8, !"PIC Level", i32 2}
!48 = !{i32 2, !"Debug Info Version", i32 3}
!49 = !{i32 7, !"Dwarf Version", i32 5}
