; -O0
source_filename = "arrays"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @array_new_typed(ptr, i64) nounwind
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
@.beskid_note = private constant [716 x i8] c"\07\00\00\00\A0\02\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=e9197a9b46a6c0f0cfcb4f5c2980c86e6606309d6199252bae45589002f83792\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
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
  %t26 = ptrtoaddr ptr %t25 to i64
  %t27 = ptrtoint ptr %sp to i64
  %t28 = and i64 %t27, -8388608
  %t29 = inttoptr i64 %t28 to ptr
  %t30 = getelementptr inbounds i8, ptr %t29, i64 16
  %t31 = load i64, ptr %t30, !invariant.load !{}
  %t32 = ptrtoint ptr %sp to i64
  %t33 = and i64 %t32, -8388608
  %t34 = inttoptr i64 %t33 to ptr
  %t35 = getelementptr inbounds i8, ptr %t34, i64 24
  %t36 = load i64, ptr %t35, !invariant.load !{}
  %t37 = ptrtoint ptr %sp to i64
  %t38 = and i64 %t37, -8388608
  %t39 = inttoptr i64 %t38 to ptr
  %t40 = getelementptr inbounds i8, ptr %t39, i64 32
  %t41 = load ptr, ptr %t40, !invariant.load !{}
  %t42 = sub i64 %t26, %t31
  %t43 = icmp ult i64 %t42, %t36
  %t44 = select i1 %t43, i64 %t42, i64 %t36
  %t45 = lshr i64 %t44, 9
  %t46 = getelementptr inbounds i8, ptr %t41, i64 %t45
  store i8 1, ptr %t46, !tbaa !12
  %t47 = load ptr, ptr %v4
  store ptr %t47, ptr %t25, !tbaa !14
  %t48 = load i64, ptr %v2
  %t49 = add i64 %t48, 1
  store i64 %t49, ptr %v2
  %t50 = load i64, ptr %v2
  %r3 = icmp slt i64 %t50, 5
  br i1 %r3, label %b1, label %b2
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !2
  %t51 = getelementptr inbounds i8, ptr %sp, i64 16
  %t52 = ptrtoint ptr %sp to i64
  %t53 = and i64 %t52, -8388608
  %t54 = inttoptr i64 %t53 to ptr
  store ptr %t51, ptr %t54, !tbaa !4
  %t55 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element pair", i64 3)
  %r7 = bitcast ptr %t55 to ptr
  %t56 = getelementptr inbounds i8, ptr %r7, i64 8
  %t57 = load i64, ptr %t56, !tbaa !7, !range !5
  %t58 = icmp ult i64 2, %t57
  br i1 %t58, label %l59, label %l64, !prof !8
l59:
  %t65 = load ptr, ptr %r7, !tbaa !10
  %t66 = getelementptr inbounds [24 x i8], ptr %t65, i64 2
  store i64 7, ptr %t66, !tbaa !16
  %t67 = load ptr, ptr %r7, !tbaa !10
  %t68 = getelementptr inbounds [24 x i8], ptr %t67, i64 2
  %t69 = getelementptr inbounds i8, ptr %t68, i64 8
  store ptr @.text.0, ptr %t69, !tbaa !18
  %t70 = load ptr, ptr %r7, !tbaa !10
  %t71 = getelementptr inbounds [24 x i8], ptr %t70, i64 2
  %t72 = getelementptr inbounds i8, ptr %t71, i64 16
  %t73 = zext i1 true to i8
  store i8 %t73, ptr %t72, !tbaa !20
  %t74 = load ptr, ptr %r7, !tbaa !10
  %t75 = getelementptr inbounds [24 x i8], ptr %t74, i64 2
  %t76 = load i64, ptr %t75, !tbaa !16
  store i64 %t76, ptr %v8
  %t77 = load ptr, ptr %r7, !tbaa !10
  %t78 = getelementptr inbounds [24 x i8], ptr %t77, i64 2
  %t79 = getelementptr inbounds i8, ptr %t78, i64 8
  %r9 = load ptr, ptr %t79, !tbaa !18, !dereferenceable_or_null !21
  %t80 = load ptr, ptr %r7, !tbaa !10
  %t81 = getelementptr inbounds [24 x i8], ptr %t80, i64 2
  %t82 = getelementptr inbounds i8, ptr %t81, i64 16
  %t83 = load i8, ptr %t82, !tbaa !20
  %r10 = icmp ne i8 %t83, 0
  %r11 = zext i1 %r10 to i64
  %t84 = load i64, ptr %v8
  %t85 = add i64 %t84, %r11
  store i64 %t85, ptr %v8
  %t86 = getelementptr inbounds i8, ptr %r1, i64 8
  %t87 = load i64, ptr %t86, !tbaa !7, !range !5
  %t88 = icmp ult i64 4, %t87
  br i1 %t88, label %l89, label %l94, !prof !8
l89:
  %t95 = load ptr, ptr %r1, !tbaa !10
  %t96 = getelementptr inbounds [8 x i8], ptr %t95, i64 4
  %r5 = load ptr, ptr %t96, !tbaa !14, !dereferenceable_or_null !21
  %t97 = getelementptr inbounds i8, ptr %r1, i64 8
  %r6 = load i64, ptr %t97, !tbaa !7, !range !5
  %t98 = load i64, ptr %v8
  %t99 = add i64 %r6, %t98
  store i64 %t99, ptr %v13
  %t100 = getelementptr inbounds i8, ptr @.text.1, i64 8
  %t101 = load i64, ptr %t100, !tbaa !7, !range !5
  %t102 = icmp ult i64 1, %t101
  br i1 %t102, label %l103, label %l108, !prof !8
l103:
  %t109 = load ptr, ptr @.text.1, !tbaa !10
  %t110 = getelementptr inbounds [1 x i8], ptr %t109, i64 1
  %r12 = load i8, ptr %t110, !tbaa !23
  %t111 = zext i8 %r12 to i64
  store i64 %t111, ptr %v15
  %t112 = load i64, ptr %v13
  %t113 = load i64, ptr %v15
  %t114 = add i64 %t112, %t113
  store i64 %t114, ptr %v13
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !2
  %t115 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r5, ptr %t115, !tbaa !2
  %t116 = getelementptr inbounds i8, ptr %sp, i64 16
  store ptr %r9, ptr %t116, !tbaa !2
  %t117 = load i64, ptr %v13
  %t118 = getelementptr inbounds i8, ptr %sp, i64 24
  %t119 = ptrtoint ptr %sp to i64
  %t120 = and i64 %t119, -8388608
  %t121 = inttoptr i64 %t120 to ptr
  store ptr %t118, ptr %t121, !tbaa !4
  %r14 = call ptr @str_from_i64(i64 %t117)
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !2
  %t122 = getelementptr inbounds i8, ptr %sp, i64 24
  store ptr %r14, ptr %t122, !tbaa !2
  %t123 = getelementptr inbounds i8, ptr %sp, i64 32
  store ptr %r5, ptr %t123, !tbaa !2
  %t124 = getelementptr inbounds i8, ptr %sp, i64 40
  store ptr %r9, ptr %t124, !tbaa !2
  %t125 = getelementptr inbounds i8, ptr %sp, i64 48
  store ptr @.text.2, ptr %t125, !tbaa !2
  %t126 = getelementptr inbounds i8, ptr %sp, i64 56
  store ptr %r14, ptr %t126, !tbaa !2
  %t127 = getelementptr inbounds i8, ptr %sp, i64 64
  store ptr @.text.3, ptr %t127, !tbaa !2
  %t128 = getelementptr inbounds i8, ptr %sp, i64 72
  %t129 = ptrtoint ptr %sp to i64
  %t130 = and i64 %t129, -8388608
  %t131 = inttoptr i64 %t130 to ptr
  store ptr %t128, ptr %t131, !tbaa !4
  %t132 = getelementptr inbounds i8, ptr %sp, i64 32
  %t133 = call ptr @str_concat_n(ptr %t132, i64 5)
  store ptr %t133, ptr %v4
  %t134 = load ptr, ptr %v4
  %t135 = call i64 @stdout_write(ptr %t134)
  store i64 %t135, ptr %v15
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
l64:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !2
  %t60 = getelementptr inbounds i8, ptr %sp, i64 8
  %t61 = ptrtoint ptr %sp to i64
  %t62 = and i64 %t61, -8388608
  %t63 = inttoptr i64 %t62 to ptr
  store ptr %t60, ptr %t63, !tbaa !4
  call void @panic_index(i64 2, i64 %t57)
  unreachable
l94:
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !2
  %t90 = getelementptr inbounds i8, ptr %sp, i64 8
  %t91 = ptrtoint ptr %sp to i64
  %t92 = and i64 %t91, -8388608
  %t93 = inttoptr i64 %t92 to ptr
  store ptr %t90, ptr %t93, !tbaa !4
  call void @panic_index(i64 4, i64 %t87)
  unreachable
l108:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !2
  %t104 = getelementptr inbounds i8, ptr %sp, i64 8
  %t105 = ptrtoint ptr %sp to i64
  %t106 = and i64 %t105, -8388608
  %t107 = inttoptr i64 %t106 to ptr
  store ptr %t104, ptr %t107, !tbaa !4
  call void @panic_index(i64 1, i64 %t101)
  unreachable
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!24}
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
!11 = !{!"card", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = !{!"element ref 8 0", !0, i64 0}
!14 = !{!13, !13, i64 0}
!15 = !{!"element i64 24 0", !0, i64 0}
!16 = !{!15, !15, i64 0}
!17 = !{!"element ref 24 8", !0, i64 0}
!18 = !{!17, !17, i64 0}
!19 = !{!"element i1 24 16", !0, i64 0}
!20 = !{!19, !19, i64 0}
!21 = !{i64 16}
!22 = !{!"element i8 1 0", !0, i64 0}
!23 = !{!22, !22, i64 0}
!24 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "arrays"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @array_new_typed(ptr, i64) nounwind
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
@.beskid_note = private constant [716 x i8] c"\07\00\00\00\A0\02\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=e9197a9b46a6c0f0cfcb4f5c2980c86e6606309d6199252bae45589002f83792\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
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
  %t29 = ptrtoaddr ptr %t28 to i64, !dbg !17
  %t30 = ptrtoint ptr %sp to i64, !dbg !17
  %t31 = and i64 %t30, -8388608, !dbg !17
  %t32 = inttoptr i64 %t31 to ptr, !dbg !17
  %t33 = getelementptr inbounds i8, ptr %t32, i64 16, !dbg !17
  %t34 = load i64, ptr %t33, !invariant.load !{}, !dbg !17
  %t35 = ptrtoint ptr %sp to i64, !dbg !17
  %t36 = and i64 %t35, -8388608, !dbg !17
  %t37 = inttoptr i64 %t36 to ptr, !dbg !17
  %t38 = getelementptr inbounds i8, ptr %t37, i64 24, !dbg !17
  %t39 = load i64, ptr %t38, !invariant.load !{}, !dbg !17
  %t40 = ptrtoint ptr %sp to i64, !dbg !17
  %t41 = and i64 %t40, -8388608, !dbg !17
  %t42 = inttoptr i64 %t41 to ptr, !dbg !17
  %t43 = getelementptr inbounds i8, ptr %t42, i64 32, !dbg !17
  %t44 = load ptr, ptr %t43, !invariant.load !{}, !dbg !17
  %t45 = sub i64 %t29, %t34, !dbg !17
  %t46 = icmp ult i64 %t45, %t39, !dbg !17
  %t47 = select i1 %t46, i64 %t45, i64 %t39, !dbg !17
  %t48 = lshr i64 %t47, 9, !dbg !17
  %t49 = getelementptr inbounds i8, ptr %t44, i64 %t48, !dbg !17
  store i8 1, ptr %t49, !tbaa !22, !dbg !17
  %t50 = load ptr, ptr %v4, !dbg !17
  store ptr %t50, ptr %t28, !tbaa !24, !dbg !17
  %t51 = load i64, ptr %v2, !dbg !7
  %t52 = add i64 %t51, 1, !dbg !7
  store i64 %t52, ptr %v2, !dbg !7
  %t53 = load i64, ptr %v2, !dbg !7
  %r3 = icmp slt i64 %t53, 5, !dbg !7
  br i1 %r3, label %b1, label %b2, !dbg !7
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !10, !dbg !25
  %t54 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !25
  %t55 = ptrtoint ptr %sp to i64, !dbg !25
  %t56 = and i64 %t55, -8388608, !dbg !25
  %t57 = inttoptr i64 %t56 to ptr, !dbg !25
  store ptr %t54, ptr %t57, !tbaa !12, !dbg !25
  %t58 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element pair", i64 3), !dbg !25
  %t59 = getelementptr inbounds i8, ptr %t58, i64 8, !dbg !25
  %t60 = load i64, ptr %t59, !tbaa !15, !range !13, !dbg !25
  %t61 = icmp eq i64 %t60, 3, !dbg !25
  call void @llvm.assume(i1 %t61), !dbg !25
  %r7 = bitcast ptr %t58 to ptr, !dbg !25
  %t62 = getelementptr inbounds i8, ptr %r7, i64 8, !dbg !26
  %t63 = load i64, ptr %t62, !tbaa !15, !range !13, !dbg !26
  %t64 = icmp ult i64 2, %t63, !dbg !26
  br i1 %t64, label %l65, label %l70, !prof !18, !dbg !26
l65:
  %t71 = load ptr, ptr %r7, !tbaa !20, !dbg !26
  %t72 = getelementptr inbounds [24 x i8], ptr %t71, i64 2, !dbg !26
  store i64 7, ptr %t72, !tbaa !28, !dbg !26
  %t73 = load ptr, ptr %r7, !tbaa !20, !dbg !29
  %t74 = getelementptr inbounds [24 x i8], ptr %t73, i64 2, !dbg !29
  %t75 = getelementptr inbounds i8, ptr %t74, i64 8, !dbg !29
  store ptr @.text.0, ptr %t75, !tbaa !31, !dbg !29
  %t76 = load ptr, ptr %r7, !tbaa !20, !dbg !32
  %t77 = getelementptr inbounds [24 x i8], ptr %t76, i64 2, !dbg !32
  %t78 = getelementptr inbounds i8, ptr %t77, i64 16, !dbg !32
  %t79 = zext i1 true to i8, !dbg !32
  store i8 %t79, ptr %t78, !tbaa !34, !dbg !32
  %t80 = load ptr, ptr %r7, !tbaa !20, !dbg !35
  %t81 = getelementptr inbounds [24 x i8], ptr %t80, i64 2, !dbg !35
  %t82 = load i64, ptr %t81, !tbaa !28, !dbg !35
  store i64 %t82, ptr %v8, !dbg !35
  %t83 = load ptr, ptr %r7, !tbaa !20, !dbg !36
  %t84 = getelementptr inbounds [24 x i8], ptr %t83, i64 2, !dbg !36
  %t85 = getelementptr inbounds i8, ptr %t84, i64 8, !dbg !36
  %r9 = load ptr, ptr %t85, !tbaa !31, !dereferenceable_or_null !37, !dbg !36
  %t86 = load ptr, ptr %r7, !tbaa !20, !dbg !38
  %t87 = getelementptr inbounds [24 x i8], ptr %t86, i64 2, !dbg !38
  %t88 = getelementptr inbounds i8, ptr %t87, i64 16, !dbg !38
  %t89 = load i8, ptr %t88, !tbaa !34, !dbg !38
  %r10 = icmp ne i8 %t89, 0, !dbg !38
  %r11 = zext i1 %r10 to i64, !dbg !7
  %t90 = load i64, ptr %v8, !dbg !7
  %t91 = add i64 %t90, %r11, !dbg !7
  store i64 %t91, ptr %v8, !dbg !7
  %t92 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !39
  %t93 = load i64, ptr %t92, !tbaa !15, !range !13, !dbg !39
  %t94 = icmp ult i64 4, %t93, !dbg !39
  br i1 %t94, label %l95, label %l100, !prof !18, !dbg !39
l95:
  %t101 = load ptr, ptr %r1, !tbaa !20, !dbg !39
  %t102 = getelementptr inbounds [8 x i8], ptr %t101, i64 4, !dbg !39
  %r5 = load ptr, ptr %t102, !tbaa !24, !dereferenceable_or_null !37, !dbg !39
  %t103 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !7
  %r6 = load i64, ptr %t103, !tbaa !15, !range !13, !dbg !7
  %t104 = load i64, ptr %v8, !dbg !7
  %t105 = add i64 %r6, %t104, !dbg !7
  store i64 %t105, ptr %v13, !dbg !7
  %t106 = getelementptr inbounds i8, ptr @.text.1, i64 8, !dbg !40
  %t107 = load i64, ptr %t106, !tbaa !15, !range !13, !dbg !40
  %t108 = icmp ult i64 1, %t107, !dbg !40
  br i1 %t108, label %l109, label %l114, !prof !18, !dbg !40
l109:
  %t115 = load ptr, ptr @.text.1, !tbaa !20, !dbg !40
  %t116 = getelementptr inbounds [1 x i8], ptr %t115, i64 1, !dbg !40
  %r12 = load i8, ptr %t116, !tbaa !42, !dbg !40
  %t117 = zext i8 %r12 to i64, !dbg !7
  store i64 %t117, ptr %v15, !dbg !7
  %t118 = load i64, ptr %v13, !dbg !7
  %t119 = load i64, ptr %v15, !dbg !7
  %t120 = add i64 %t118, %t119, !dbg !7
  store i64 %t120, ptr %v13, !dbg !7
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !10, !dbg !43
  %t121 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !43
  store ptr %r5, ptr %t121, !tbaa !10, !dbg !43
  %t122 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !43
  store ptr %r9, ptr %t122, !tbaa !10, !dbg !43
  %t123 = load i64, ptr %v13, !dbg !43
  %t124 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !43
  %t125 = ptrtoint ptr %sp to i64, !dbg !43
  %t126 = and i64 %t125, -8388608, !dbg !43
  %t127 = inttoptr i64 %t126 to ptr, !dbg !43
  store ptr %t124, ptr %t127, !tbaa !12, !dbg !43
  %r14 = call ptr @str_from_i64(i64 %t123), !dbg !43
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !10, !dbg !44
  %t128 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !44
  store ptr %r14, ptr %t128, !tbaa !10, !dbg !44
  %t129 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !44
  store ptr %r5, ptr %t129, !tbaa !10, !dbg !44
  %t130 = getelementptr inbounds i8, ptr %sp, i64 40, !dbg !44
  store ptr %r9, ptr %t130, !tbaa !10, !dbg !44
  %t131 = getelementptr inbounds i8, ptr %sp, i64 48, !dbg !44
  store ptr @.text.2, ptr %t131, !tbaa !10, !dbg !44
  %t132 = getelementptr inbounds i8, ptr %sp, i64 56, !dbg !44
  store ptr %r14, ptr %t132, !tbaa !10, !dbg !44
  %t133 = getelementptr inbounds i8, ptr %sp, i64 64, !dbg !44
  store ptr @.text.3, ptr %t133, !tbaa !10, !dbg !44
  %t134 = getelementptr inbounds i8, ptr %sp, i64 72, !dbg !44
  %t135 = ptrtoint ptr %sp to i64, !dbg !44
  %t136 = and i64 %t135, -8388608, !dbg !44
  %t137 = inttoptr i64 %t136 to ptr, !dbg !44
  store ptr %t134, ptr %t137, !tbaa !12, !dbg !44
  %t138 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !44
  %t139 = call ptr @str_concat_n(ptr %t138, i64 5), !dbg !44
  store ptr %t139, ptr %v4, !dbg !44
  %t140 = load ptr, ptr %v4, !dbg !45
  %t141 = call i64 @stdout_write(ptr %t140), !dbg !45
  store i64 %t141, ptr %v15, !dbg !45
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
l70:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !10, !dbg !26
  %t66 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !26
  %t67 = ptrtoint ptr %sp to i64, !dbg !26
  %t68 = and i64 %t67, -8388608, !dbg !26
  %t69 = inttoptr i64 %t68 to ptr, !dbg !26
  store ptr %t66, ptr %t69, !tbaa !12, !dbg !26
  call void @panic_index(i64 2, i64 %t63), !dbg !26
  unreachable, !dbg !26
l100:
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !10, !dbg !39
  %t96 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !39
  %t97 = ptrtoint ptr %sp to i64, !dbg !39
  %t98 = and i64 %t97, -8388608, !dbg !39
  %t99 = inttoptr i64 %t98 to ptr, !dbg !39
  store ptr %t96, ptr %t99, !tbaa !12, !dbg !39
  call void @panic_index(i64 4, i64 %t93), !dbg !39
  unreachable, !dbg !39
l114:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !10, !dbg !40
  %t110 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !40
  %t111 = ptrtoint ptr %sp to i64, !dbg !40
  %t112 = and i64 %t111, -8388608, !dbg !40
  %t113 = inttoptr i64 %t112 to ptr, !dbg !40
  store ptr %t110, ptr %t113, !tbaa !12, !dbg !40
  call void @panic_index(i64 1, i64 %t107), !dbg !40
  unreachable, !dbg !40
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!46, !47, !48}
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
!21 = !{!"card", !0, i64 0}
!22 = !{!21, !21, i64 0}
!23 = !{!"element ref 8 0", !0, i64 0}
!24 = !{!23, !23, i64 0}
!25 = !DILocation(line: 5, column: 1, scope: !6)
!26 = !DILocation(line: 5, column: 2, scope: !6)
!27 = !{!"element i64 24 0", !0, i64 0}
!28 = !{!27, !27, i64 0}
!29 = !DILocation(line: 5, column: 3, scope: !6)
!30 = !{!"element ref 24 8", !0, i64 0}
!31 = !{!30, !30, i64 0}
!32 = !DILocation(line: 5, column: 4, scope: !6)
!33 = !{!"element i1 24 16", !0, i64 0}
!34 = !{!33, !33, i64 0}
!35 = !DILocation(line: 6, column: 1, scope: !6)
!36 = !DILocation(line: 6, column: 2, scope: !6)
!37 = !{i64 16}
!38 = !DILocation(line: 6, column: 3, scope: !6)
!39 = !DILocation(line: 7, column: 1, scope: !6)
!40 = !DILocation(line: 8, column: 1, scope: !6)
!41 = !{!"element i8 1 0", !0, i64 0}
!42 = !{!41, !41, i64 0}
!43 = !DILocation(line: 9, column: 1, scope: !6)
!44 = !DILocation(line: 9, column: 2, scope: !6)
!45 = !DILocation(line: 9, column: 3, scope: !6)
!46 = !{i32 8, !"PIC Level", i32 2}
!47 = !{i32 2, !"Debug Info Version", i32 3}
!48 = !{i32 7, !"Dwarf Version", i32 5}
