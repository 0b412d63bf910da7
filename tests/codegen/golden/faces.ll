; -O0
source_filename = "faces"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @alloc(i64, ptr) nounwind
declare ptr @beskid_thunk_enter(ptr) nounwind
declare void @beskid_thunk_leave(ptr) nounwind
declare i64 @stdout_flush() nounwind
declare i64 @stdout_write(ptr) nounwind
declare i64 @apply(ptr, ptr) nounwind
declare double @ldexp(double, i32) nounwind
declare i8 @use_all(i8 zeroext, ptr, ptr, ptr, i64, ptr, i64, i64, ptr) nounwind
@.bytes.0 = private unnamed_addr constant [5 x i8] c"\7F \22 \5C"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 5 }, align 16
@__beskid_type_offsets_Point = internal constant [1 x i64] [i64 8], align 8
@__beskid_type_desc_Point = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 1, i32 0, ptr @__beskid_type_offsets_Point, ptr @.c.0, i64 0 }, align 8
@__beskid_type_offsets_bound = internal constant [1 x i64] [i64 16], align 8
@__beskid_type_desc_bound = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 1, i32 0, ptr @__beskid_type_offsets_bound, ptr @.c.1, i64 1 }, align 8
@.closure_descriptor = private constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 16, i64 8, i32 0, i32 0, ptr null, ptr @.c.2, i64 0 }, align 8
@.closure._B5shown = private constant { ptr, ptr } { ptr @.closure_descriptor, ptr @_B5shown }, align 16
@.table.methods = internal constant [3 x ptr] [ptr @_B5shown, ptr @callback_one$body, ptr @.table.other], align 8
@.table.other = internal constant [1 x ptr] [ptr null], align 8
@.sites = internal constant [4 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 21, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 23, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 24, i32 2 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 24, i32 9 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 4, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [6 x i8] c"Point\00"
@.c.1 = private unnamed_addr constant [6 x i8] c"bound\00"
@.c.2 = private unnamed_addr constant [11 x i8] c"<function>\00"
@.c.3 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.4 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.5 = private unnamed_addr constant [6 x i8] c"faces\00"
@.beskid_note = private constant [776 x i8] c"\07\00\00\00\DA\02\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=04f39a1fe881f1637ebd37e20af2995997d6725645781bffe9460bf73036a2ed\0Aimport=alloc(Ptr,Ptr)Ptr\0Aimport=beskid_thunk_enter(Ptr)Ptr\0Aimport=beskid_thunk_leave(Ptr)Void\0Aimport=stdout_write(Ptr)I64\0Aimport=stdout_flush()I64\0Arow=alloc(size size, descriptor descriptor?) -> object, since 0, collects panics fresh\0Arow=beskid_thunk_enter(program program) -> stack, since 1, collects panics\0Arow=beskid_thunk_leave(stack stack) -> Void, since 1\0Arow=stdout_write(text string) -> I64, since 1\0Arow=stdout_flush() -> I64, since 1\0Aextern=apply@m(ptr,ptr)i64\0Aextern=ldexp@m(double,i32)double\0Aextern=use_all@m(i8,ptr,ptr,ptr,i64,ptr,i64,i64,ptr)i8\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B5shown(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 16
  %r1 = load i64, ptr %t1, !tbaa !2
  ret i64 %r1
}
define internal i1 @is_small$body(ptr nonnull noundef align 8 %sp, i32 noundef %r0, i1 noundef %r1) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %r2 = icmp slt i32 %r0, 10
  ret i1 %r2
}
define internal void @nothing$body(ptr nonnull noundef align 8 %sp, double noundef %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  ret void
}
define internal i64 @callback_one$body(ptr nonnull noundef align 8 %sp, i64 noundef %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %r1 = add i64 %r0, 1
  ret i64 %r1
}
define internal { i64, ptr } @plain$body(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %t1 = insertvalue { i64, ptr } poison, i64 3, 0
  %t2 = insertvalue { i64, ptr } %t1, ptr %r0, 1
  ret { i64, ptr } %t2
}
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  %v3 = alloca i64
  %v8 = alloca i32
  br label %b0
b0:
  store ptr @.sites, ptr %sp, !tbaa !4
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8
  %t2 = ptrtoint ptr %sp to i64
  %t3 = and i64 %t2, -8388608
  %t4 = inttoptr i64 %t3 to ptr
  store ptr %t1, ptr %t4, !tbaa !6
  %r1 = call ptr @alloc(i64 24, ptr @__beskid_type_desc_Point)
  %t5 = getelementptr inbounds i8, ptr %r1, i64 16
  store i64 5, ptr %t5, !tbaa !2
  %t6 = getelementptr inbounds i8, ptr @.table.methods, i64 0
  %r2 = load ptr, ptr %t6, !invariant.load !{}
  %t7 = getelementptr inbounds i8, ptr %r1, i64 16
  %r12 = load i64, ptr %t7, !tbaa !2
  store i64 %r12, ptr %v3
  %t8 = getelementptr inbounds i8, ptr %r1, i64 8
  store ptr @.closure._B5shown, ptr %t8, !tbaa !8
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !4
  %t9 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r1, ptr %t9, !tbaa !4
  %t10 = ptrtoint ptr %sp to i64
  %t11 = and i64 %t10, -8388608
  %t12 = inttoptr i64 %t11 to ptr
  %t13 = getelementptr inbounds i8, ptr %t12, i64 8
  %t14 = load i64, ptr %t13, !tbaa !6
  %t15 = icmp eq i64 %t14, 0
  br i1 %t15, label %l16, label %l18
l16:
  %t19 = getelementptr inbounds i8, ptr %sp, i64 16
  %t20 = ptrtoint ptr %sp to i64
  %t21 = and i64 %t20, -8388608
  %t22 = inttoptr i64 %t21 to ptr
  store ptr %t19, ptr %t22, !tbaa !6
  %r11 = call i64 (ptr, ptr) @apply(ptr @callback_one, ptr @_B5shown) nobuiltin
  %t23 = getelementptr inbounds i8, ptr %sp, i64 8
  %t24 = call { i64, ptr } @plain$body(ptr %t23, ptr %r1)
  %t25 = extractvalue { i64, ptr } %t24, 0
  store i64 %t25, ptr %v3
  %r6 = extractvalue { i64, ptr } %t24, 1
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !4
  %t26 = ptrtoint ptr %sp to i64
  %t27 = and i64 %t26, -8388608
  %t28 = inttoptr i64 %t27 to ptr
  %t29 = getelementptr inbounds i8, ptr %t28, i64 8
  %t30 = load i64, ptr %t29, !tbaa !6
  %t31 = icmp eq i64 %t30, 0
  br i1 %t31, label %l32, label %l34
l32:
  %t35 = getelementptr inbounds i8, ptr %sp, i64 16
  %t36 = ptrtoint ptr %sp to i64
  %t37 = and i64 %t36, -8388608
  %t38 = inttoptr i64 %t37 to ptr
  store ptr %t35, ptr %t38, !tbaa !6
  %r5 = call double (double, i32) @ldexp(double 0x3FF8000000000000, i32 2) nobuiltin
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !4
  %t39 = ptrtoint ptr %sp to i64
  %t40 = and i64 %t39, -8388608
  %t41 = inttoptr i64 %t40 to ptr
  %t42 = getelementptr inbounds i8, ptr %t41, i64 8
  %t43 = load i64, ptr %t42, !tbaa !6
  %t44 = icmp eq i64 %t43, 0
  br i1 %t44, label %l45, label %l47
l45:
  %t48 = zext i1 true to i8
  %t49 = getelementptr inbounds i8, ptr %r1, i64 8
  %t50 = load ptr, ptr %r1
  %t51 = load ptr, ptr %r1
  %t52 = getelementptr inbounds i8, ptr %r1, i64 8
  %t53 = load i64, ptr %t52
  %t54 = load ptr, ptr %r1
  %t55 = getelementptr inbounds i8, ptr %r1, i64 8
  %t56 = load i64, ptr %t55
  %t57 = getelementptr inbounds i8, ptr %r1, i64 16
  %t58 = load i64, ptr %t57
  %t59 = getelementptr inbounds i8, ptr %sp, i64 16
  %t60 = ptrtoint ptr %sp to i64
  %t61 = and i64 %t60, -8388608
  %t62 = inttoptr i64 %t61 to ptr
  store ptr %t59, ptr %t62, !tbaa !6
  %t63 = call i8 (i8, ptr, ptr, ptr, i64, ptr, i64, i64, ptr) @use_all(i8 zeroext %t48, ptr %t49, ptr %t50, ptr %t51, i64 %t53, ptr %t54, i64 %t56, i64 %t58, ptr %r1) nobuiltin
  %r10 = icmp ne i8 %t63, 0
  %t64 = shl i32 1, 1
  store i32 %t64, ptr %v8
  %t65 = load i32, ptr %v8
  %t66 = lshr i32 %t65, 31
  store i32 %t66, ptr %v8
  %t67 = load i32, ptr %v8
  %t68 = udiv i32 %t67, 3
  store i32 %t68, ptr %v8
  %r9 = call i64 @stdout_write(ptr @.text.0)
  %t69 = load i64, ptr %v3
  ret i64 %t69
l18:
  %t17 = call i64 @stdout_flush()
  br label %l16
l34:
  %t33 = call i64 @stdout_flush()
  br label %l32
l47:
  %t46 = call i64 @stdout_flush()
  br label %l45
}
define zeroext i8 @beskid.export.is_small(i32 %p0, i8 %p1) nounwind "probe-stack"="inline-asm" {
  %b1 = icmp ne i8 %p1, 0
  %sp = call ptr @beskid_thunk_enter(ptr @beskid_program)
  %result = call i1 @is_small$body(ptr %sp, i32 %p0, i1 %b1)
  call void @beskid_thunk_leave(ptr %sp)
  %byte = zext i1 %result to i8
  ret i8 %byte
}
define void @beskid.export.nothing(double %p0) nounwind "probe-stack"="inline-asm" {
  %sp = call ptr @beskid_thunk_enter(ptr @beskid_program)
  call void @nothing$body(ptr %sp, double %p0)
  call void @beskid_thunk_leave(ptr %sp)
  ret void
}
define hidden i64 @callback_one(i64 %p0) nounwind "probe-stack"="inline-asm" {
  %sp = call ptr @beskid_thunk_enter(ptr @beskid_program)
  %result = call i64 @callback_one$body(ptr %sp, i64 %p0)
  call void @beskid_thunk_leave(ptr %sp)
  ret i64 %result
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!9}
!0 = !{!"beskid"}
!1 = !{!"field i64 16", !0, i64 0}
!2 = !{!1, !1, i64 0}
!3 = !{!"shadow", !0, i64 0}
!4 = !{!3, !3, i64 0}
!5 = !{!"context", !0, i64 0}
!6 = !{!5, !5, i64 0}
!7 = !{!"field ref 8", !0, i64 0}
!8 = !{!7, !7, i64 0}
!9 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "faces"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @alloc(i64, ptr) nounwind
declare ptr @beskid_thunk_enter(ptr) nounwind
declare void @beskid_thunk_leave(ptr) nounwind
declare i64 @stdout_flush() nounwind
declare i64 @stdout_write(ptr) nounwind
declare i64 @apply(ptr, ptr) nounwind
declare double @ldexp(double, i32) nounwind
declare i8 @use_all(i8 zeroext, ptr, ptr, ptr, i64, ptr, i64, i64, ptr) nounwind
@.bytes.0 = private unnamed_addr constant [5 x i8] c"\7F \22 \5C"
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 5 }, align 16
@__beskid_type_offsets_Point = internal constant [1 x i64] [i64 8], align 8
@__beskid_type_desc_Point = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 1, i32 0, ptr @__beskid_type_offsets_Point, ptr @.c.0, i64 0 }, align 8
@__beskid_type_offsets_bound = internal constant [1 x i64] [i64 16], align 8
@__beskid_type_desc_bound = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 1, i32 0, ptr @__beskid_type_offsets_bound, ptr @.c.1, i64 1 }, align 8
@.closure_descriptor = private constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 16, i64 8, i32 0, i32 0, ptr null, ptr @.c.2, i64 0 }, align 8
@.closure._B5shown = private constant { ptr, ptr } { ptr @.closure_descriptor, ptr @_B5shown }, align 16
@.table.methods = internal constant [3 x ptr] [ptr @_B5shown, ptr @callback_one$body, ptr @.table.other], align 8
@.table.other = internal constant [1 x ptr] [ptr null], align 8
@.sites = internal constant [4 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 21, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 23, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 24, i32 2 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.4, i32 24, i32 9 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 4, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [6 x i8] c"Point\00"
@.c.1 = private unnamed_addr constant [6 x i8] c"bound\00"
@.c.2 = private unnamed_addr constant [11 x i8] c"<function>\00"
@.c.3 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.4 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.5 = private unnamed_addr constant [6 x i8] c"faces\00"
@.beskid_note = private constant [776 x i8] c"\07\00\00\00\DA\02\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=04f39a1fe881f1637ebd37e20af2995997d6725645781bffe9460bf73036a2ed\0Aimport=alloc(Ptr,Ptr)Ptr\0Aimport=beskid_thunk_enter(Ptr)Ptr\0Aimport=beskid_thunk_leave(Ptr)Void\0Aimport=stdout_write(Ptr)I64\0Aimport=stdout_flush()I64\0Arow=alloc(size size, descriptor descriptor?) -> object, since 0, collects panics fresh\0Arow=beskid_thunk_enter(program program) -> stack, since 1, collects panics\0Arow=beskid_thunk_leave(stack stack) -> Void, since 1\0Arow=stdout_write(text string) -> I64, since 1\0Arow=stdout_flush() -> I64, since 1\0Aextern=apply@m(ptr,ptr)i64\0Aextern=ldexp@m(double,i32)double\0Aextern=use_all@m(i8,ptr,ptr,ptr,i64,ptr,i64,i64,ptr)i8\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal i64 @_B5shown(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  br label %b0, !dbg !7
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 16, !dbg !7
  %r1 = load i64, ptr %t1, !tbaa !9, !dbg !7
  ret i64 %r1, !dbg !7
}
define internal i1 @is_small$body(ptr nonnull noundef align 8 %sp, i32 noundef %r0, i1 noundef %r1) nounwind "probe-stack"="inline-asm" !dbg !10 {
start:
  br label %b0, !dbg !11
b0:
  %r2 = icmp slt i32 %r0, 10, !dbg !11
  ret i1 %r2, !dbg !11
}
define internal void @nothing$body(ptr nonnull noundef align 8 %sp, double noundef %r0) nounwind "probe-stack"="inline-asm" !dbg !12 {
start:
  br label %b0, !dbg !13
b0:
  ret void, !dbg !13
}
define internal i64 @callback_one$body(ptr nonnull noundef align 8 %sp, i64 noundef %r0) nounwind "probe-stack"="inline-asm" !dbg !14 {
start:
  br label %b0, !dbg !15
b0:
  %r1 = add i64 %r0, 1, !dbg !15
  ret i64 %r1, !dbg !15
}
define internal { i64, ptr } @plain$body(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" !dbg !16 {
start:
  br label %b0, !dbg !17
b0:
  %t1 = insertvalue { i64, ptr } poison, i64 3, 0, !dbg !17
  %t2 = insertvalue { i64, ptr } %t1, ptr %r0, 1, !dbg !17
  ret { i64, ptr } %t2, !dbg !17
}
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !18 {
start:
  %v3 = alloca i64
  %v8 = alloca i32
  br label %b0, !dbg !19
b0:
  store ptr @.sites, ptr %sp, !tbaa !22, !dbg !20
  %t1 = ptrtoint ptr %sp to i64, !dbg !20
  %t2 = and i64 %t1, -8388608, !dbg !20
  %t3 = inttoptr i64 %t2 to ptr, !dbg !20
  %t4 = getelementptr inbounds i8, ptr %t3, i64 80, !dbg !20
  %t5 = getelementptr inbounds i8, ptr %t4, i64 8, !dbg !20
  %t6 = load ptr, ptr %t4, !tbaa !24, !dbg !20
  %t7 = load ptr, ptr %t5, !tbaa !24, !dbg !20
  %t8 = icmp eq ptr %t6, %t7, !dbg !20
  br i1 %t8, label %l10, label %l9, !prof !25, !dbg !20
l9:
  %t12 = getelementptr i8, ptr %t6, i64 24, !dbg !20
  store ptr %t12, ptr %t4, !tbaa !24, !dbg !20
  store ptr @__beskid_type_desc_Point, ptr %t6, !tbaa !27, !dbg !20
  br label %l11, !dbg !20
l10:
  %t13 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !20
  %t14 = ptrtoint ptr %sp to i64, !dbg !20
  %t15 = and i64 %t14, -8388608, !dbg !20
  %t16 = inttoptr i64 %t15 to ptr, !dbg !20
  store ptr %t13, ptr %t16, !tbaa !24, !dbg !20
  %t17 = call ptr @alloc(i64 24, ptr @__beskid_type_desc_Point), !dbg !20
  br label %l11, !dbg !20
l11:
  %r1 = phi ptr [ %t6, %l9 ], [ %t17, %l10 ], !dbg !20
  %t18 = getelementptr inbounds i8, ptr %r1, i64 16, !dbg !19
  store i64 5, ptr %t18, !tbaa !9, !dbg !19
  %t19 = getelementptr inbounds i8, ptr @.table.methods, i64 0, !dbg !19
  %r2 = load ptr, ptr %t19, !invariant.load !{}, !dbg !19
  %t20 = getelementptr inbounds i8, ptr %r1, i64 16, !dbg !30
  %r12 = load i64, ptr %t20, !tbaa !9, !dbg !30
  store i64 %r12, ptr %v3, !dbg !28
  %t21 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !19
  store ptr @.closure._B5shown, ptr %t21, !tbaa !32, !dbg !19
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !22, !dbg !33
  %t22 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !33
  store ptr %r1, ptr %t22, !tbaa !22, !dbg !33
  %t23 = ptrtoint ptr %sp to i64, !dbg !33
  %t24 = and i64 %t23, -8388608, !dbg !33
  %t25 = inttoptr i64 %t24 to ptr, !dbg !33
  %t26 = getelementptr inbounds i8, ptr %t25, i64 8, !dbg !33
  %t27 = load i64, ptr %t26, !tbaa !24, !dbg !33
  %t28 = icmp eq i64 %t27, 0, !dbg !33
  br i1 %t28, label %l29, label %l31, !dbg !33
l29:
  %t32 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !33
  %t33 = ptrtoint ptr %sp to i64, !dbg !33
  %t34 = and i64 %t33, -8388608, !dbg !33
  %t35 = inttoptr i64 %t34 to ptr, !dbg !33
  store ptr %t32, ptr %t35, !tbaa !24, !dbg !33
  %r11 = call i64 (ptr, ptr) @apply(ptr @callback_one, ptr @_B5shown) nobuiltin, !dbg !33
  %t36 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !34
  %t37 = call { i64, ptr } @plain$body(ptr %t36, ptr %r1), !dbg !34
  %t38 = extractvalue { i64, ptr } %t37, 0, !dbg !34
  store i64 %t38, ptr %v3, !dbg !34
  %r6 = extractvalue { i64, ptr } %t37, 1, !dbg !34
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !22, !dbg !35
  %t39 = ptrtoint ptr %sp to i64, !dbg !35
  %t40 = and i64 %t39, -8388608, !dbg !35
  %t41 = inttoptr i64 %t40 to ptr, !dbg !35
  %t42 = getelementptr inbounds i8, ptr %t41, i64 8, !dbg !35
  %t43 = load i64, ptr %t42, !tbaa !24, !dbg !35
  %t44 = icmp eq i64 %t43, 0, !dbg !35
  br i1 %t44, label %l45, label %l47, !dbg !35
l45:
  %t48 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !35
  %t49 = ptrtoint ptr %sp to i64, !dbg !35
  %t50 = and i64 %t49, -8388608, !dbg !35
  %t51 = inttoptr i64 %t50 to ptr, !dbg !35
  store ptr %t48, ptr %t51, !tbaa !24, !dbg !35
  %r5 = call double (double, i32) @ldexp(double 0x3FF8000000000000, i32 2) nobuiltin, !dbg !35
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !22, !dbg !36
  %t52 = ptrtoint ptr %sp to i64, !dbg !36
  %t53 = and i64 %t52, -8388608, !dbg !36
  %t54 = inttoptr i64 %t53 to ptr, !dbg !36
  %t55 = getelementptr inbounds i8, ptr %t54, i64 8, !dbg !36
  %t56 = load i64, ptr %t55, !tbaa !24, !dbg !36
  %t57 = icmp eq i64 %t56, 0, !dbg !36
  br i1 %t57, label %l58, label %l60, !dbg !36
l58:
  %t61 = zext i1 true to i8, !dbg !36
  %t62 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !36
  %t63 = load ptr, ptr %r1, !dbg !36
  %t64 = load ptr, ptr %r1, !dbg !36
  %t65 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !36
  %t66 = load i64, ptr %t65, !dbg !36
  %t67 = load ptr, ptr %r1, !dbg !36
  %t68 = getelementptr inbounds i8, ptr %r1, i64 8, !dbg !36
  %t69 = load i64, ptr %t68, !dbg !36
  %t70 = getelementptr inbounds i8, ptr %r1, i64 16, !dbg !36
  %t71 = load i64, ptr %t70, !dbg !36
  %t72 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !36
  %t73 = ptrtoint ptr %sp to i64, !dbg !36
  %t74 = and i64 %t73, -8388608, !dbg !36
  %t75 = inttoptr i64 %t74 to ptr, !dbg !36
  store ptr %t72, ptr %t75, !tbaa !24, !dbg !36
  %t76 = call i8 (i8, ptr, ptr, ptr, i64, ptr, i64, i64, ptr) @use_all(i8 zeroext %t61, ptr %t62, ptr %t63, ptr %t64, i64 %t66, ptr %t67, i64 %t69, i64 %t71, ptr %r1) nobuiltin, !dbg !36
  %r10 = icmp ne i8 %t76, 0, !dbg !36
  %t77 = shl i32 1, 1, !dbg !19
  store i32 %t77, ptr %v8, !dbg !19
  %t78 = load i32, ptr %v8, !dbg !19
  %t79 = lshr i32 %t78, 31, !dbg !19
  store i32 %t79, ptr %v8, !dbg !19
  %t80 = load i32, ptr %v8, !dbg !37
  %t81 = udiv i32 %t80, 3, !dbg !37
  store i32 %t81, ptr %v8, !dbg !37
  %r9 = call i64 @stdout_write(ptr @.text.0), !dbg !38
  %t82 = load i64, ptr %v3, !dbg !19
  ret i64 %t82, !dbg !19
l31:
  %t30 = call i64 @stdout_flush(), !dbg !33
  br label %l29, !dbg !33
l47:
  %t46 = call i64 @stdout_flush(), !dbg !35
  br label %l45, !dbg !35
l60:
  %t59 = call i64 @stdout_flush(), !dbg !36
  br label %l58, !dbg !36
}
define zeroext i8 @beskid.export.is_small(i32 %p0, i8 %p1) nounwind "probe-stack"="inline-asm" !dbg !39 {
  %b1 = icmp ne i8 %p1, 0
  %sp = call ptr @beskid_thunk_enter(ptr @beskid_program), !dbg !40
  %result = call i1 @is_small$body(ptr %sp, i32 %p0, i1 %b1), !dbg !40
  call void @beskid_thunk_leave(ptr %sp), !dbg !40
  %byte = zext i1 %result to i8
  ret i8 %byte
}
define void @beskid.export.nothing(double %p0) nounwind "probe-stack"="inline-asm" !dbg !41 {
  %sp = call ptr @beskid_thunk_enter(ptr @beskid_program), !dbg !42
  call void @nothing$body(ptr %sp, double %p0), !dbg !42
  call void @beskid_thunk_leave(ptr %sp), !dbg !42
  ret void
}
define hidden i64 @callback_one(i64 %p0) nounwind "probe-stack"="inline-asm" !dbg !43 {
  %sp = call ptr @beskid_thunk_enter(ptr @beskid_program), !dbg !44
  %result = call i64 @callback_one$body(ptr %sp, i64 %p0), !dbg !44
  call void @beskid_thunk_leave(ptr %sp), !dbg !44
  ret i64 %result
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !45 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !46
  ret i64 %status, !dbg !46
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!47, !48, !49}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "shown", linkageName: "_B5shown", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 1, column: 0, scope: !6)
!8 = !{!"field i64 16", !0, i64 0}
!9 = !{!8, !8, i64 0}
!10 = distinct !DISubprogram(name: "is_small", linkageName: "is_small$body", scope: !5, file: !5, line: 5, type: !4, scopeLine: 5, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!11 = !DILocation(line: 5, column: 0, scope: !10)
!12 = distinct !DISubprogram(name: "nothing", linkageName: "nothing$body", scope: !5, file: !5, line: 7, type: !4, scopeLine: 7, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!13 = !DILocation(line: 7, column: 0, scope: !12)
!14 = distinct !DISubprogram(name: "callback", linkageName: "callback_one$body", scope: !5, file: !5, line: 9, type: !4, scopeLine: 9, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!15 = !DILocation(line: 9, column: 0, scope: !14)
!16 = distinct !DISubprogram(name: "plain", linkageName: "plain$body", scope: !5, file: !5, line: 12, type: !4, scopeLine: 12, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!17 = !DILocation(line: 12, column: 0, scope: !16)
!18 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 20, type: !4, scopeLine: 20, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!19 = !DILocation(line: 20, column: 0, scope: !18)
!20 = !DILocation(line: 21, column: 1, scope: !18)
!21 = !{!"shadow", !0, i64 0}
!22 = !{!21, !21, i64 0}
!23 = !{!"context", !0, i64 0}
!24 = !{!23, !23, i64 0}
!25 = !{!"branch_weights", i32 1, i32 2000}
!26 = !{!"descriptor", !0, i64 0}
!27 = !{!26, !26, i64 0}
!28 = !DILocation(line: 22, column: 4, scope: !18)
!29 = distinct !DISubprogram(name: "shown", linkageName: "", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!30 = !DILocation(line: 1, column: 1, scope: !29, inlinedAt: !28)
!31 = !{!"field ref 8", !0, i64 0}
!32 = !{!31, !31, i64 0}
!33 = !DILocation(line: 23, column: 1, scope: !18)
!34 = !DILocation(line: 23, column: 2, scope: !18)
!35 = !DILocation(line: 24, column: 2, scope: !18)
!36 = !DILocation(line: 24, column: 9, scope: !18)
!37 = !DILocation(line: 25, column: 2, scope: !18)
!38 = !DILocation(line: 26, column: 2, scope: !18)
!39 = distinct !DISubprogram(name: "is_small", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!40 = !DILocation(line: 0, column: 0, scope: !39)
!41 = distinct !DISubprogram(name: "nothing", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!42 = !DILocation(line: 0, column: 0, scope: !41)
!43 = distinct !DISubprogram(name: "callback_one", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!44 = !DILocation(line: 0, column: 0, scope: !43)
!45 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!46 = !DILocation(line: 0, column: 0, scope: !45)
!47 = !{i32 8, !"PIC Level", i32 2}
!48 = !{i32 2, !"Debug Info Version", i32 3}
!49 = !{i32 7, !"Dwarf Version", i32 5}
