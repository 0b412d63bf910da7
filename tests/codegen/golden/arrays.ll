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
@.beskid_note = private constant [828 x i8] c"\07\00\00\00\10\03\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=94d21254c79de9c44ef450331f2d6d8ecf88df57059969fa1230e2cc13015c4b\0Aimport=gc_write_barrier(Ptr,Ptr)Void\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=gc_write_barrier(parent object?, child object?) -> Void, since 0, cold\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
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
  %r16 = bitcast ptr %r1 to ptr
  %t6 = load ptr, ptr %r1, !tbaa !6
  %t7 = getelementptr inbounds i8, ptr %r1, i64 8
  %t8 = load i64, ptr %t7, !tbaa !9, !range !7
  br label %b1
b1:
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !2
  %t9 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r1, ptr %t9, !tbaa !2
  %t10 = getelementptr inbounds i8, ptr %sp, i64 16
  store ptr %r16, ptr %t10, !tbaa !2
  %t11 = load i64, ptr %v2
  %t12 = getelementptr inbounds i8, ptr %sp, i64 24
  %t13 = ptrtoint ptr %sp to i64
  %t14 = and i64 %t13, -8388608
  %t15 = inttoptr i64 %t14 to ptr
  store ptr %t12, ptr %t15, !tbaa !4
  %t16 = call ptr @str_from_i64(i64 %t11)
  store ptr %t16, ptr %v4
  %t17 = load i64, ptr %v2
  %t18 = icmp ult i64 %t17, %t8
  br i1 %t18, label %l19, label %l24, !prof !10
l19:
  %t25 = load i64, ptr %v2
  %t26 = getelementptr inbounds [8 x i8], ptr %t6, i64 %t25
  %t27 = ptrtoint ptr %sp to i64
  %t28 = and i64 %t27, -8388608
  %t29 = inttoptr i64 %t28 to ptr
  %t30 = getelementptr inbounds i8, ptr %t29, i64 56
  %t31 = load i64, ptr %t30, !tbaa !4
  %t32 = icmp ne i64 %t31, 0
  br i1 %t32, label %l33, label %l34, !prof !11
l33:
  %t36 = load ptr, ptr %v4
  call void @gc_write_barrier(ptr null, ptr %t36) nounwind willreturn memory(read, inaccessiblemem: readwrite)
  br label %l35
l34:
  %t37 = ptrtoaddr ptr %t26 to i64
  %t38 = ptrtoint ptr %sp to i64
  %t39 = and i64 %t38, -8388608
  %t40 = inttoptr i64 %t39 to ptr
  %t41 = getelementptr inbounds i8, ptr %t40, i64 16
  %t42 = load i64, ptr %t41, !invariant.load !{}
  %t43 = ptrtoint ptr %sp to i64
  %t44 = and i64 %t43, -8388608
  %t45 = inttoptr i64 %t44 to ptr
  %t46 = getelementptr inbounds i8, ptr %t45, i64 24
  %t47 = load i64, ptr %t46, !invariant.load !{}
  %t48 = ptrtoint ptr %sp to i64
  %t49 = and i64 %t48, -8388608
  %t50 = inttoptr i64 %t49 to ptr
  %t51 = getelementptr inbounds i8, ptr %t50, i64 32
  %t52 = load ptr, ptr %t51, !invariant.load !{}
  %t53 = sub i64 %t37, %t42
  %t54 = icmp ult i64 %t53, %t47
  %t55 = select i1 %t54, i64 %t53, i64 %t47
  %t56 = lshr i64 %t55, 9
  %t57 = getelementptr inbounds i8, ptr %t52, i64 %t56
  store i8 1, ptr %t57, !tbaa !13
  br label %l35
l35:
  %t58 = load ptr, ptr %v4
  store ptr %t58, ptr %t26, !tbaa !15
  %t59 = load i64, ptr %v2
  %t60 = add i64 %t59, 1
  store i64 %t60, ptr %v2
  %t61 = load i64, ptr %v2
  %r3 = icmp slt i64 %t61, 5
  br i1 %r3, label %b1, label %b2
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !2
  %t62 = getelementptr inbounds i8, ptr %sp, i64 16
  %t63 = ptrtoint ptr %sp to i64
  %t64 = and i64 %t63, -8388608
  %t65 = inttoptr i64 %t64 to ptr
  store ptr %t62, ptr %t65, !tbaa !4
  %t66 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element pair", i64 3)
  %r7 = bitcast ptr %t66 to ptr
  %t67 = getelementptr inbounds i8, ptr %r7, i64 8
  %t68 = load i64, ptr %t67, !tbaa !9, !range !7
  %t69 = icmp ult i64 2, %t68
  br i1 %t69, label %l70, label %l75, !prof !10
l70:
  %t76 = load ptr, ptr %r7, !tbaa !6
  %t77 = getelementptr inbounds [24 x i8], ptr %t76, i64 2
  store i64 7, ptr %t77, !tbaa !17
  %t78 = load ptr, ptr %r7, !tbaa !6
  %t79 = getelementptr inbounds [24 x i8], ptr %t78, i64 2
  %t80 = getelementptr inbounds i8, ptr %t79, i64 8
  store ptr @.text.0, ptr %t80, !tbaa !19
  %t81 = load ptr, ptr %r7, !tbaa !6
  %t82 = getelementptr inbounds [24 x i8], ptr %t81, i64 2
  %t83 = getelementptr inbounds i8, ptr %t82, i64 16
  %t84 = zext i1 true to i8
  store i8 %t84, ptr %t83, !tbaa !21
  %t85 = load ptr, ptr %r7, !tbaa !6
  %t86 = getelementptr inbounds [24 x i8], ptr %t85, i64 2
  %t87 = load i64, ptr %t86, !tbaa !17
  store i64 %t87, ptr %v8
  %t88 = load ptr, ptr %r7, !tbaa !6
  %t89 = getelementptr inbounds [24 x i8], ptr %t88, i64 2
  %t90 = getelementptr inbounds i8, ptr %t89, i64 8
  %r9 = load ptr, ptr %t90, !tbaa !19, !dereferenceable_or_null !22
  %t91 = load ptr, ptr %r7, !tbaa !6
  %t92 = getelementptr inbounds [24 x i8], ptr %t91, i64 2
  %t93 = getelementptr inbounds i8, ptr %t92, i64 16
  %t94 = load i8, ptr %t93, !tbaa !21
  %r10 = icmp ne i8 %t94, 0
  %r11 = zext i1 %r10 to i64
  %t95 = load i64, ptr %v8
  %t96 = add i64 %t95, %r11
  store i64 %t96, ptr %v8
  %t97 = getelementptr inbounds i8, ptr %r1, i64 8
  %t98 = load i64, ptr %t97, !tbaa !9, !range !7
  %t99 = icmp ult i64 4, %t98
  br i1 %t99, label %l100, label %l105, !prof !10
l100:
  %t106 = load ptr, ptr %r1, !tbaa !6
  %t107 = getelementptr inbounds [8 x i8], ptr %t106, i64 4
  %r5 = load ptr, ptr %t107, !tbaa !15, !dereferenceable_or_null !22
  %t108 = getelementptr inbounds i8, ptr %r1, i64 8
  %r6 = load i64, ptr %t108, !tbaa !9, !range !7
  %t109 = load i64, ptr %v8
  %t110 = add i64 %r6, %t109
  store i64 %t110, ptr %v13
  %t111 = getelementptr inbounds i8, ptr @.text.1, i64 8
  %t112 = load i64, ptr %t111, !tbaa !9, !range !7
  %t113 = icmp ult i64 1, %t112
  br i1 %t113, label %l114, label %l119, !prof !10
l114:
  %t120 = load ptr, ptr @.text.1, !tbaa !6
  %t121 = getelementptr inbounds [1 x i8], ptr %t120, i64 1
  %r12 = load i8, ptr %t121, !tbaa !24
  %t122 = zext i8 %r12 to i64
  store i64 %t122, ptr %v15
  %t123 = load i64, ptr %v13
  %t124 = load i64, ptr %v15
  %t125 = add i64 %t123, %t124
  store i64 %t125, ptr %v13
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !2
  %t126 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r5, ptr %t126, !tbaa !2
  %t127 = getelementptr inbounds i8, ptr %sp, i64 16
  store ptr %r9, ptr %t127, !tbaa !2
  %t128 = load i64, ptr %v13
  %t129 = getelementptr inbounds i8, ptr %sp, i64 24
  %t130 = ptrtoint ptr %sp to i64
  %t131 = and i64 %t130, -8388608
  %t132 = inttoptr i64 %t131 to ptr
  store ptr %t129, ptr %t132, !tbaa !4
  %r14 = call ptr @str_from_i64(i64 %t128)
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !2
  %t133 = getelementptr inbounds i8, ptr %sp, i64 24
  store ptr %r14, ptr %t133, !tbaa !2
  %t134 = getelementptr inbounds i8, ptr %sp, i64 32
  store ptr %r5, ptr %t134, !tbaa !2
  %t135 = getelementptr inbounds i8, ptr %sp, i64 40
  store ptr %r9, ptr %t135, !tbaa !2
  %t136 = getelementptr inbounds i8, ptr %sp, i64 48
  store ptr @.text.2, ptr %t136, !tbaa !2
  %t137 = getelementptr inbounds i8, ptr %sp, i64 56
  store ptr %r14, ptr %t137, !tbaa !2
  %t138 = getelementptr inbounds i8, ptr %sp, i64 64
  store ptr @.text.3, ptr %t138, !tbaa !2
  %t139 = getelementptr inbounds i8, ptr %sp, i64 72
  %t140 = ptrtoint ptr %sp to i64
  %t141 = and i64 %t140, -8388608
  %t142 = inttoptr i64 %t141 to ptr
  store ptr %t139, ptr %t142, !tbaa !4
  %t143 = getelementptr inbounds i8, ptr %sp, i64 32
  %t144 = call ptr @str_concat_n(ptr %t143, i64 5)
  store ptr %t144, ptr %v4
  %t145 = load ptr, ptr %v4
  %t146 = call i64 @stdout_write(ptr %t145)
  store i64 %t146, ptr %v15
  ret i64 0
l24:
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !2
  %t20 = getelementptr inbounds i8, ptr %sp, i64 8
  %t21 = ptrtoint ptr %sp to i64
  %t22 = and i64 %t21, -8388608
  %t23 = inttoptr i64 %t22 to ptr
  store ptr %t20, ptr %t23, !tbaa !4
  call void @panic_index(i64 %t17, i64 %t8)
  unreachable
l75:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !2
  %t71 = getelementptr inbounds i8, ptr %sp, i64 8
  %t72 = ptrtoint ptr %sp to i64
  %t73 = and i64 %t72, -8388608
  %t74 = inttoptr i64 %t73 to ptr
  store ptr %t71, ptr %t74, !tbaa !4
  call void @panic_index(i64 2, i64 %t68)
  unreachable
l105:
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !2
  %t101 = getelementptr inbounds i8, ptr %sp, i64 8
  %t102 = ptrtoint ptr %sp to i64
  %t103 = and i64 %t102, -8388608
  %t104 = inttoptr i64 %t103 to ptr
  store ptr %t101, ptr %t104, !tbaa !4
  call void @panic_index(i64 4, i64 %t98)
  unreachable
l119:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !2
  %t115 = getelementptr inbounds i8, ptr %sp, i64 8
  %t116 = ptrtoint ptr %sp to i64
  %t117 = and i64 %t116, -8388608
  %t118 = inttoptr i64 %t117 to ptr
  store ptr %t115, ptr %t118, !tbaa !4
  call void @panic_index(i64 1, i64 %t112)
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
!5 = !{!"header", !0, i64 0}
!6 = !{!5, !5, i64 0}
!7 = !{i64 0, i64 9223372036854775807}
!8 = !{!"length", !0, i64 0}
!9 = !{!8, !8, i64 0}
!10 = !{!"branch_weights", i32 2000, i32 1}
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
@.beskid_note = private constant [828 x i8] c"\07\00\00\00\10\03\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=94d21254c79de9c44ef450331f2d6d8ecf88df57059969fa1230e2cc13015c4b\0Aimport=gc_write_barrier(Ptr,Ptr)Void\0Aimport=array_new_typed(Ptr,I64)Ptr\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Aimport=panic_index(I64,I64)Never\0Arow=gc_write_barrier(parent object?, child object?) -> Void, since 0, cold\0Arow=array_new_typed(element descriptor, length I64) -> array, since 1, collects panics fresh\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0Arow=panic_index(index I64, length I64) -> Never, since 1, panics\0A\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
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
  %r16 = bitcast ptr %r1 to ptr, !dbg !7
  %t9 = load ptr, ptr %r1, !tbaa !17, !dbg !7
  %t10 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !7
  %t11 = load i64, ptr %t10, !tbaa !15, !range !13, !dbg !7
  br label %b1, !dbg !7
b1:
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !10, !dbg !18
  %t12 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !18
  store ptr %r1, ptr %t12, !tbaa !10, !dbg !18
  %t13 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !18
  store ptr %r16, ptr %t13, !tbaa !10, !dbg !18
  %t14 = load i64, ptr %v2, !dbg !18
  %t15 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !18
  %t16 = ptrtoint ptr %sp to i64, !dbg !18
  %t17 = and i64 %t16, -8388608, !dbg !18
  %t18 = inttoptr i64 %t17 to ptr, !dbg !18
  store ptr %t15, ptr %t18, !tbaa !12, !dbg !18
  %t19 = call ptr @str_from_i64(i64 %t14), !dbg !18
  store ptr %t19, ptr %v4, !dbg !18
  %t20 = load i64, ptr %v2, !dbg !19
  %t21 = icmp ult i64 %t20, %t11, !dbg !19
  br i1 %t21, label %l22, label %l27, !prof !20, !dbg !19
l22:
  %t28 = load i64, ptr %v2, !dbg !19
  %t29 = getelementptr inbounds [8 x i8], ptr %t9, i64 %t28, !dbg !19
  %t30 = ptrtoint ptr %sp to i64, !dbg !19
  %t31 = and i64 %t30, -8388608, !dbg !19
  %t32 = inttoptr i64 %t31 to ptr, !dbg !19
  %t33 = getelementptr inbounds i8, ptr %t32, i64 56, !dbg !19
  %t34 = load i64, ptr %t33, !tbaa !12, !dbg !19
  %t35 = icmp ne i64 %t34, 0, !dbg !19
  br i1 %t35, label %l36, label %l37, !prof !21, !dbg !19
l36:
  %t39 = load ptr, ptr %v4, !dbg !19
  call void @gc_write_barrier(ptr null, ptr %t39) nounwind willreturn memory(read, inaccessiblemem: readwrite), !dbg !19
  br label %l38, !dbg !19
l37:
  %t40 = ptrtoaddr ptr %t29 to i64, !dbg !19
  %t41 = ptrtoint ptr %sp to i64, !dbg !19
  %t42 = and i64 %t41, -8388608, !dbg !19
  %t43 = inttoptr i64 %t42 to ptr, !dbg !19
  %t44 = getelementptr inbounds i8, ptr %t43, i64 16, !dbg !19
  %t45 = load i64, ptr %t44, !invariant.load !{}, !dbg !19
  %t46 = ptrtoint ptr %sp to i64, !dbg !19
  %t47 = and i64 %t46, -8388608, !dbg !19
  %t48 = inttoptr i64 %t47 to ptr, !dbg !19
  %t49 = getelementptr inbounds i8, ptr %t48, i64 24, !dbg !19
  %t50 = load i64, ptr %t49, !invariant.load !{}, !dbg !19
  %t51 = ptrtoint ptr %sp to i64, !dbg !19
  %t52 = and i64 %t51, -8388608, !dbg !19
  %t53 = inttoptr i64 %t52 to ptr, !dbg !19
  %t54 = getelementptr inbounds i8, ptr %t53, i64 32, !dbg !19
  %t55 = load ptr, ptr %t54, !invariant.load !{}, !dbg !19
  %t56 = sub i64 %t40, %t45, !dbg !19
  %t57 = icmp ult i64 %t56, %t50, !dbg !19
  %t58 = select i1 %t57, i64 %t56, i64 %t50, !dbg !19
  %t59 = lshr i64 %t58, 9, !dbg !19
  %t60 = getelementptr inbounds i8, ptr %t55, i64 %t59, !dbg !19
  store i8 1, ptr %t60, !tbaa !23, !dbg !19
  br label %l38, !dbg !19
l38:
  %t61 = load ptr, ptr %v4, !dbg !19
  store ptr %t61, ptr %t29, !tbaa !25, !dbg !19
  %t62 = load i64, ptr %v2, !dbg !7
  %t63 = add i64 %t62, 1, !dbg !7
  store i64 %t63, ptr %v2, !dbg !7
  %t64 = load i64, ptr %v2, !dbg !7
  %r3 = icmp slt i64 %t64, 5, !dbg !7
  br i1 %r3, label %b1, label %b2, !dbg !7
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !10, !dbg !26
  %t65 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !26
  %t66 = ptrtoint ptr %sp to i64, !dbg !26
  %t67 = and i64 %t66, -8388608, !dbg !26
  %t68 = inttoptr i64 %t67 to ptr, !dbg !26
  store ptr %t65, ptr %t68, !tbaa !12, !dbg !26
  %t69 = call ptr @array_new_typed(ptr @"__beskid_type_desc_element pair", i64 3), !dbg !26
  %t70 = getelementptr inbounds i8, ptr %t69, i64 8, !dbg !26
  %t71 = load i64, ptr %t70, !tbaa !15, !range !13, !dbg !26
  %t72 = icmp eq i64 %t71, 3, !dbg !26
  call void @llvm.assume(i1 %t72), !dbg !26
  %r7 = bitcast ptr %t69 to ptr, !dbg !26
  %t73 = getelementptr inbounds i8, ptr %r7, i64 8, !dbg !27
  %t74 = load i64, ptr %t73, !tbaa !15, !range !13, !dbg !27
  %t75 = icmp ult i64 2, %t74, !dbg !27
  br i1 %t75, label %l76, label %l81, !prof !20, !dbg !27
l76:
  %t82 = load ptr, ptr %r7, !tbaa !17, !dbg !27
  %t83 = getelementptr inbounds [24 x i8], ptr %t82, i64 2, !dbg !27
  store i64 7, ptr %t83, !tbaa !29, !dbg !27
  %t84 = load ptr, ptr %r7, !tbaa !17, !dbg !30
  %t85 = getelementptr inbounds [24 x i8], ptr %t84, i64 2, !dbg !30
  %t86 = getelementptr inbounds i8, ptr %t85, i64 8, !dbg !30
  store ptr @.text.0, ptr %t86, !tbaa !32, !dbg !30
  %t87 = load ptr, ptr %r7, !tbaa !17, !dbg !33
  %t88 = getelementptr inbounds [24 x i8], ptr %t87, i64 2, !dbg !33
  %t89 = getelementptr inbounds i8, ptr %t88, i64 16, !dbg !33
  %t90 = zext i1 true to i8, !dbg !33
  store i8 %t90, ptr %t89, !tbaa !35, !dbg !33
  %t91 = load ptr, ptr %r7, !tbaa !17, !dbg !36
  %t92 = getelementptr inbounds [24 x i8], ptr %t91, i64 2, !dbg !36
  %t93 = load i64, ptr %t92, !tbaa !29, !dbg !36
  store i64 %t93, ptr %v8, !dbg !36
  %t94 = load ptr, ptr %r7, !tbaa !17, !dbg !37
  %t95 = getelementptr inbounds [24 x i8], ptr %t94, i64 2, !dbg !37
  %t96 = getelementptr inbounds i8, ptr %t95, i64 8, !dbg !37
  %r9 = load ptr, ptr %t96, !tbaa !32, !dereferenceable_or_null !38, !dbg !37
  %t97 = load ptr, ptr %r7, !tbaa !17, !dbg !39
  %t98 = getelementptr inbounds [24 x i8], ptr %t97, i64 2, !dbg !39
  %t99 = getelementptr inbounds i8, ptr %t98, i64 16, !dbg !39
  %t100 = load i8, ptr %t99, !tbaa !35, !dbg !39
  %r10 = icmp ne i8 %t100, 0, !dbg !39
  %r11 = zext i1 %r10 to i64, !dbg !7
  %t101 = load i64, ptr %v8, !dbg !7
  %t102 = add i64 %t101, %r11, !dbg !7
  store i64 %t102, ptr %v8, !dbg !7
  %t103 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !40
  %t104 = load i64, ptr %t103, !tbaa !15, !range !13, !dbg !40
  %t105 = icmp ult i64 4, %t104, !dbg !40
  br i1 %t105, label %l106, label %l111, !prof !20, !dbg !40
l106:
  %t112 = load ptr, ptr %r1, !tbaa !17, !dbg !40
  %t113 = getelementptr inbounds [8 x i8], ptr %t112, i64 4, !dbg !40
  %r5 = load ptr, ptr %t113, !tbaa !25, !dereferenceable_or_null !38, !dbg !40
  %t114 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !7
  %r6 = load i64, ptr %t114, !tbaa !15, !range !13, !dbg !7
  %t115 = load i64, ptr %v8, !dbg !7
  %t116 = add i64 %r6, %t115, !dbg !7
  store i64 %t116, ptr %v13, !dbg !7
  %t117 = getelementptr inbounds i8, ptr @.text.1, i64 8, !dbg !41
  %t118 = load i64, ptr %t117, !tbaa !15, !range !13, !dbg !41
  %t119 = icmp ult i64 1, %t118, !dbg !41
  br i1 %t119, label %l120, label %l125, !prof !20, !dbg !41
l120:
  %t126 = load ptr, ptr @.text.1, !tbaa !17, !dbg !41
  %t127 = getelementptr inbounds [1 x i8], ptr %t126, i64 1, !dbg !41
  %r12 = load i8, ptr %t127, !tbaa !43, !dbg !41
  %t128 = zext i8 %r12 to i64, !dbg !7
  store i64 %t128, ptr %v15, !dbg !7
  %t129 = load i64, ptr %v13, !dbg !7
  %t130 = load i64, ptr %v15, !dbg !7
  %t131 = add i64 %t129, %t130, !dbg !7
  store i64 %t131, ptr %v13, !dbg !7
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !10, !dbg !44
  %t132 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !44
  store ptr %r5, ptr %t132, !tbaa !10, !dbg !44
  %t133 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !44
  store ptr %r9, ptr %t133, !tbaa !10, !dbg !44
  %t134 = load i64, ptr %v13, !dbg !44
  %t135 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !44
  %t136 = ptrtoint ptr %sp to i64, !dbg !44
  %t137 = and i64 %t136, -8388608, !dbg !44
  %t138 = inttoptr i64 %t137 to ptr, !dbg !44
  store ptr %t135, ptr %t138, !tbaa !12, !dbg !44
  %r14 = call ptr @str_from_i64(i64 %t134), !dbg !44
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !10, !dbg !45
  %t139 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !45
  store ptr %r14, ptr %t139, !tbaa !10, !dbg !45
  %t140 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !45
  store ptr %r5, ptr %t140, !tbaa !10, !dbg !45
  %t141 = getelementptr inbounds i8, ptr %sp, i64 40, !dbg !45
  store ptr %r9, ptr %t141, !tbaa !10, !dbg !45
  %t142 = getelementptr inbounds i8, ptr %sp, i64 48, !dbg !45
  store ptr @.text.2, ptr %t142, !tbaa !10, !dbg !45
  %t143 = getelementptr inbounds i8, ptr %sp, i64 56, !dbg !45
  store ptr %r14, ptr %t143, !tbaa !10, !dbg !45
  %t144 = getelementptr inbounds i8, ptr %sp, i64 64, !dbg !45
  store ptr @.text.3, ptr %t144, !tbaa !10, !dbg !45
  %t145 = getelementptr inbounds i8, ptr %sp, i64 72, !dbg !45
  %t146 = ptrtoint ptr %sp to i64, !dbg !45
  %t147 = and i64 %t146, -8388608, !dbg !45
  %t148 = inttoptr i64 %t147 to ptr, !dbg !45
  store ptr %t145, ptr %t148, !tbaa !12, !dbg !45
  %t149 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !45
  %t150 = call ptr @str_concat_n(ptr %t149, i64 5), !dbg !45
  store ptr %t150, ptr %v4, !dbg !45
  %t151 = load ptr, ptr %v4, !dbg !46
  %t152 = call i64 @stdout_write(ptr %t151), !dbg !46
  store i64 %t152, ptr %v15, !dbg !46
  ret i64 0, !dbg !7
l27:
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !10, !dbg !19
  %t23 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !19
  %t24 = ptrtoint ptr %sp to i64, !dbg !19
  %t25 = and i64 %t24, -8388608, !dbg !19
  %t26 = inttoptr i64 %t25 to ptr, !dbg !19
  store ptr %t23, ptr %t26, !tbaa !12, !dbg !19
  call void @panic_index(i64 %t20, i64 %t11), !dbg !19
  unreachable, !dbg !19
l81:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !10, !dbg !27
  %t77 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !27
  %t78 = ptrtoint ptr %sp to i64, !dbg !27
  %t79 = and i64 %t78, -8388608, !dbg !27
  %t80 = inttoptr i64 %t79 to ptr, !dbg !27
  store ptr %t77, ptr %t80, !tbaa !12, !dbg !27
  call void @panic_index(i64 2, i64 %t74), !dbg !27
  unreachable, !dbg !27
l111:
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !10, !dbg !40
  %t107 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !40
  %t108 = ptrtoint ptr %sp to i64, !dbg !40
  %t109 = and i64 %t108, -8388608, !dbg !40
  %t110 = inttoptr i64 %t109 to ptr, !dbg !40
  store ptr %t107, ptr %t110, !tbaa !12, !dbg !40
  call void @panic_index(i64 4, i64 %t104), !dbg !40
  unreachable, !dbg !40
l125:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !10, !dbg !41
  %t121 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !41
  %t122 = ptrtoint ptr %sp to i64, !dbg !41
  %t123 = and i64 %t122, -8388608, !dbg !41
  %t124 = inttoptr i64 %t123 to ptr, !dbg !41
  store ptr %t121, ptr %t124, !tbaa !12, !dbg !41
  call void @panic_index(i64 1, i64 %t118), !dbg !41
  unreachable, !dbg !41
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !47 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !48
  ret i64 %status, !dbg !48
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!49, !50, !51}
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
!16 = !{!"header", !0, i64 0}
!17 = !{!16, !16, i64 0}
!18 = !DILocation(line: 3, column: 1, scope: !6)
!19 = !DILocation(line: 3, column: 2, scope: !6)
!20 = !{!"branch_weights", i32 2000, i32 1}
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
!47 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!48 = !DILocation(line: 0, column: 0, scope: !47)
!49 = !{i32 8, !"PIC Level", i32 2}
!50 = !{i32 2, !"Debug Info Version", i32 3}
!51 = !{i32 7, !"Dwarf Version", i32 5}
