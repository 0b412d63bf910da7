; -O0
source_filename = "trees"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @alloc(i64, ptr) nounwind
declare void @gc_write_barrier(ptr, ptr) nounwind cold
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_concat_n(ptr, i64) nounwind
declare ptr @str_from_i64(i64) nounwind
@.bytes.0 = private unnamed_addr constant [7 x i8] c"nodes: "
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 7 }, align 16
@.bytes.1 = private unnamed_addr constant [1 x i8] c"\0A"
@.text.1 = private constant { ptr, i64 } { ptr @.bytes.1, i64 1 }, align 16
@__beskid_type_offsets_Node = internal constant [2 x i64] [i64 8, i64 16], align 8
@__beskid_type_desc_Node = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 2, i32 0, ptr @__beskid_type_offsets_Node, ptr @.c.0, i64 0 }, align 8
@.sites = internal constant [11 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 2, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 3, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 4, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 5, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.2, i32 10, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.2, i32 11, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 21, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 22, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 23, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 24, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 25, i32 1 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 11, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"Node\00"
@.c.1 = private unnamed_addr constant [5 x i8] c"make\00"
@.c.2 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.3 = private unnamed_addr constant [6 x i8] c"count\00"
@.c.4 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.5 = private unnamed_addr constant [6 x i8] c"trees\00"
@.beskid_note = private constant [716 x i8] c"\07\00\00\00\9E\02\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=0d6cd5919b83a69d461dd3d96b6e64667747aed3154ef89267b395045558adb7\0Aimport=alloc(Ptr,Ptr)Ptr\0Aimport=gc_write_barrier(Ptr,Ptr)Void\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Arow=alloc(size size, descriptor descriptor?) -> object, since 0, collects panics fresh\0Arow=gc_write_barrier(parent object?, child object?) -> Void, since 0, cold\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal noundef dereferenceable_or_null(16) ptr @_B4make(ptr nonnull noundef align 8 %sp, i64 noundef %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %r1 = icmp sle i64 %r0, 0
  br i1 %r1, label %b1, label %b2
b1:
  store ptr @.sites, ptr %sp, !tbaa !2
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8
  %t2 = ptrtoint ptr %sp to i64
  %t3 = and i64 %t2, -8388608
  %t4 = inttoptr i64 %t3 to ptr
  store ptr %t1, ptr %t4, !tbaa !4
  %r2 = call ptr @alloc(i64 24, ptr @__beskid_type_desc_Node)
  ret ptr %r2
b2:
  %r3 = sub i64 %r0, 1
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !2
  %t5 = getelementptr inbounds i8, ptr %sp, i64 8
  %r4 = call ptr @_B4make(ptr %t5, i64 %r3)
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !2
  %t6 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r4, ptr %t6, !tbaa !2
  %t7 = getelementptr inbounds i8, ptr %sp, i64 16
  %r5 = call ptr @_B4make(ptr %t7, i64 %r3)
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !2
  %t8 = getelementptr inbounds i8, ptr %sp, i64 16
  store ptr %r5, ptr %t8, !tbaa !2
  %t9 = getelementptr inbounds i8, ptr %sp, i64 24
  %t10 = ptrtoint ptr %sp to i64
  %t11 = and i64 %t10, -8388608
  %t12 = inttoptr i64 %t11 to ptr
  store ptr %t9, ptr %t12, !tbaa !4
  %r6 = call ptr @alloc(i64 24, ptr @__beskid_type_desc_Node)
  %t13 = getelementptr inbounds i8, ptr %r6, i64 8
  store ptr %r4, ptr %t13, !tbaa !6
  %t14 = getelementptr inbounds i8, ptr %r6, i64 16
  %t15 = ptrtoint ptr %sp to i64
  %t16 = and i64 %t15, -8388608
  %t17 = inttoptr i64 %t16 to ptr
  %t18 = getelementptr inbounds i8, ptr %t17, i64 56
  %t19 = load i64, ptr %t18, !tbaa !4
  %t20 = icmp ne i64 %t19, 0
  br i1 %t20, label %l21, label %l22, !prof !7
l21:
  call void @gc_write_barrier(ptr null, ptr %r5) nounwind willreturn memory(read, inaccessiblemem: readwrite)
  br label %l23
l22:
  %t24 = ptrtoaddr ptr %t14 to i64
  %t25 = ptrtoint ptr %sp to i64
  %t26 = and i64 %t25, -8388608
  %t27 = inttoptr i64 %t26 to ptr
  %t28 = getelementptr inbounds i8, ptr %t27, i64 16
  %t29 = load i64, ptr %t28, !invariant.load !{}
  %t30 = ptrtoint ptr %sp to i64
  %t31 = and i64 %t30, -8388608
  %t32 = inttoptr i64 %t31 to ptr
  %t33 = getelementptr inbounds i8, ptr %t32, i64 24
  %t34 = load i64, ptr %t33, !invariant.load !{}
  %t35 = ptrtoint ptr %sp to i64
  %t36 = and i64 %t35, -8388608
  %t37 = inttoptr i64 %t36 to ptr
  %t38 = getelementptr inbounds i8, ptr %t37, i64 32
  %t39 = load ptr, ptr %t38, !invariant.load !{}
  %t40 = sub i64 %t24, %t29
  %t41 = icmp ult i64 %t40, %t34
  %t42 = select i1 %t41, i64 %t40, i64 %t34
  %t43 = lshr i64 %t42, 9
  %t44 = getelementptr inbounds i8, ptr %t39, i64 %t43
  store i8 1, ptr %t44, !tbaa !9
  br label %l23
l23:
  store ptr %r5, ptr %t14, !tbaa !11
  ret ptr %r6
}
define internal i64 @_B5count(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  br label %b0
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 8
  %r1 = load ptr, ptr %t1, !tbaa !6, !dereferenceable_or_null !12
  %r2 = icmp eq ptr %r1, null
  br i1 %r2, label %b1, label %b2
b1:
  ret i64 1
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !2
  %t2 = getelementptr inbounds i8, ptr %sp, i64 8
  %r3 = call i64 @_B5count(ptr %t2, ptr %r1)
  %t3 = getelementptr inbounds i8, ptr %r0, i64 16
  %r4 = load ptr, ptr %t3, !tbaa !11, !dereferenceable_or_null !12
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !2
  %t4 = getelementptr inbounds i8, ptr %sp, i64 8
  %r5 = call i64 @_B5count(ptr %t4, ptr %r4)
  %r6 = add i64 %r3, %r5
  %r7 = add i64 %r6, 1
  ret i64 %r7
}
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind noinline "probe-stack"="inline-asm" {
start:
  %v2 = alloca i64
  %v3 = alloca i64
  %v9 = alloca i64
  br label %b0
b0:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !2
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8
  %r1 = call ptr @_B4make(ptr %t1, i64 6)
  store i64 0, ptr %v2
  store i64 0, ptr %v9
  br label %b1
b1:
  %t2 = load i64, ptr %v2
  %r4 = icmp slt i64 %t2, 3
  br i1 %r4, label %b2, label %b3, !prof !13
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !2
  %t3 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r1, ptr %t3, !tbaa !2
  %t4 = getelementptr inbounds i8, ptr %sp, i64 16
  %r5 = call ptr @_B4make(ptr %t4, i64 4)
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !2
  %t5 = getelementptr inbounds i8, ptr %sp, i64 16
  %t6 = call i64 @_B5count(ptr %t5, ptr %r5)
  store i64 %t6, ptr %v3
  %t7 = load i64, ptr %v9
  %t8 = load i64, ptr %v3
  %t9 = add i64 %t7, %t8
  store i64 %t9, ptr %v9
  %t10 = load i64, ptr %v2
  %t11 = add i64 %t10, 1
  store i64 %t11, ptr %v2
  br label %b1
b3:
  store ptr getelementptr (i8, ptr @.sites, i64 216), ptr %sp, !tbaa !2
  %t12 = getelementptr inbounds i8, ptr %sp, i64 8
  %t13 = call i64 @_B5count(ptr %t12, ptr %r1)
  store i64 %t13, ptr %v3
  %t14 = load i64, ptr %v9
  %t15 = load i64, ptr %v3
  %t16 = add i64 %t14, %t15
  store i64 %t16, ptr %v9
  store ptr getelementptr (i8, ptr @.sites, i64 240), ptr %sp, !tbaa !2
  %t17 = load i64, ptr %v9
  %t18 = getelementptr inbounds i8, ptr %sp, i64 8
  %t19 = ptrtoint ptr %sp to i64
  %t20 = and i64 %t19, -8388608
  %t21 = inttoptr i64 %t20 to ptr
  store ptr %t18, ptr %t21, !tbaa !4
  %r6 = call ptr @str_from_i64(i64 %t17)
  %t22 = getelementptr inbounds i8, ptr %sp, i64 8
  store ptr %r6, ptr %t22, !tbaa !2
  %t23 = getelementptr inbounds i8, ptr %sp, i64 16
  store ptr @.text.0, ptr %t23, !tbaa !2
  %t24 = getelementptr inbounds i8, ptr %sp, i64 24
  store ptr %r6, ptr %t24, !tbaa !2
  %t25 = getelementptr inbounds i8, ptr %sp, i64 32
  store ptr @.text.1, ptr %t25, !tbaa !2
  %t26 = getelementptr inbounds i8, ptr %sp, i64 40
  %t27 = ptrtoint ptr %sp to i64
  %t28 = and i64 %t27, -8388608
  %t29 = inttoptr i64 %t28 to ptr
  store ptr %t26, ptr %t29, !tbaa !4
  %t30 = getelementptr inbounds i8, ptr %sp, i64 16
  %r8 = call ptr @str_concat_n(ptr %t30, i64 3)
  %r7 = call i64 @stdout_write(ptr %r8)
  ret i64 0
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments)
  ret i64 %status
}
!llvm.module.flags = !{!14}
!0 = !{!"beskid"}
!1 = !{!"shadow", !0, i64 0}
!2 = !{!1, !1, i64 0}
!3 = !{!"context", !0, i64 0}
!4 = !{!3, !3, i64 0}
!5 = !{!"field ref 8", !0, i64 0}
!6 = !{!5, !5, i64 0}
!7 = !{!"branch_weights", i32 1, i32 2000}
!8 = !{!"card", !0, i64 0}
!9 = !{!8, !8, i64 0}
!10 = !{!"field ref 16", !0, i64 0}
!11 = !{!10, !10, i64 0}
!12 = !{i64 16}
!13 = !{!"branch_weights", i32 2000, i32 1}
!14 = !{i32 8, !"PIC Level", i32 2}
; -O2
source_filename = "trees"
declare noalias nonnull noundef align 8 dereferenceable(16) ptr @alloc(i64, ptr) nounwind
declare void @gc_write_barrier(ptr, ptr) nounwind cold
declare i64 @stdout_write(ptr) nounwind
declare ptr @str_concat_n(ptr, i64) nounwind
declare ptr @str_from_i64(i64) nounwind
@.bytes.0 = private unnamed_addr constant [7 x i8] c"nodes: "
@.text.0 = private constant { ptr, i64 } { ptr @.bytes.0, i64 7 }, align 16
@.bytes.1 = private unnamed_addr constant [1 x i8] c"\0A"
@.text.1 = private constant { ptr, i64 } { ptr @.bytes.1, i64 1 }, align 16
@__beskid_type_offsets_Node = internal constant [2 x i64] [i64 8, i64 16], align 8
@__beskid_type_desc_Node = internal constant { i64, i64, i32, i32, ptr, ptr, i64 } { i64 24, i64 8, i32 2, i32 0, ptr @__beskid_type_offsets_Node, ptr @.c.0, i64 0 }, align 8
@.sites = internal constant [11 x { ptr, ptr, i32, i32 }] [{ ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 2, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 3, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 4, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.1, ptr @.c.2, i32 5, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.2, i32 10, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.3, ptr @.c.2, i32 11, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 21, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 22, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 23, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 24, i32 1 }, { ptr, ptr, i32, i32 } { ptr @.c.4, ptr @.c.2, i32 25, i32 1 }], section "beskid_sites", align 8
@beskid_program = hidden constant { i32, i32, i64, ptr, i64, ptr, ptr } { i32 2, i32 1, i64 1240441465081683960, ptr @.sites, i64 11, ptr @beskid_program_entry, ptr @.c.5 }, align 8
@.c.0 = private unnamed_addr constant [5 x i8] c"Node\00"
@.c.1 = private unnamed_addr constant [5 x i8] c"make\00"
@.c.2 = private unnamed_addr constant [8 x i8] c"main.bd\00"
@.c.3 = private unnamed_addr constant [6 x i8] c"count\00"
@.c.4 = private unnamed_addr constant [5 x i8] c"main\00"
@.c.5 = private unnamed_addr constant [6 x i8] c"trees\00"
@.beskid_note = private constant [716 x i8] c"\07\00\00\00\9E\02\00\00\01\00\00\00Beskid\00\00abi=2\0Alevel=1\0Adraft=0x1136eef0badbdff8\0Atarget=x86_64-unknown-linux-gnu\0Acompiler=beskid VERSION\0Aartifact=0d6cd5919b83a69d461dd3d96b6e64667747aed3154ef89267b395045558adb7\0Aimport=alloc(Ptr,Ptr)Ptr\0Aimport=gc_write_barrier(Ptr,Ptr)Void\0Aimport=str_concat_n(Ptr,I64)Ptr\0Aimport=str_from_i64(I64)Ptr\0Aimport=stdout_write(Ptr)I64\0Arow=alloc(size size, descriptor descriptor?) -> object, since 0, collects panics fresh\0Arow=gc_write_barrier(parent object?, child object?) -> Void, since 0, cold\0Arow=str_concat_n(parts slot, count I64) -> string, since 1, collects panics\0Arow=str_from_i64(value I64) -> string, since 1, collects panics\0Arow=stdout_write(text string) -> I64, since 1\0A\00\00\07\00\00\00\04\00\00\00\03\00\00\00Beskid\00\00rows", section ".note.beskid", align 4
@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"
define internal noundef dereferenceable_or_null(16) ptr @_B4make(ptr nonnull noundef align 8 %sp, i64 noundef %r0) nounwind "probe-stack"="inline-asm" !dbg !6 {
start:
  br label %b0, !dbg !7
b0:
  %r1 = icmp sle i64 %r0, 0, !dbg !7
  br i1 %r1, label %b1, label %b2, !dbg !7
b1:
  store ptr @.sites, ptr %sp, !tbaa !10, !dbg !8
  %t1 = ptrtoint ptr %sp to i64, !dbg !8
  %t2 = and i64 %t1, -8388608, !dbg !8
  %t3 = inttoptr i64 %t2 to ptr, !dbg !8
  %t4 = getelementptr inbounds i8, ptr %t3, i64 80, !dbg !8
  %t5 = getelementptr inbounds i8, ptr %t4, i64 8, !dbg !8
  %t6 = load ptr, ptr %t4, !tbaa !12, !dbg !8
  %t7 = load ptr, ptr %t5, !tbaa !12, !dbg !8
  %t8 = icmp eq ptr %t6, %t7, !dbg !8
  br i1 %t8, label %l10, label %l9, !prof !13, !dbg !8
l9:
  %t12 = getelementptr i8, ptr %t6, i64 24, !dbg !8
  store ptr %t12, ptr %t4, !tbaa !12, !dbg !8
  store ptr @__beskid_type_desc_Node, ptr %t6, !tbaa !15, !dbg !8
  br label %l11, !dbg !8
l10:
  %t13 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !8
  %t14 = ptrtoint ptr %sp to i64, !dbg !8
  %t15 = and i64 %t14, -8388608, !dbg !8
  %t16 = inttoptr i64 %t15 to ptr, !dbg !8
  store ptr %t13, ptr %t16, !tbaa !12, !dbg !8
  %t17 = call ptr @alloc(i64 24, ptr @__beskid_type_desc_Node), !dbg !8
  br label %l11, !dbg !8
l11:
  %r2 = phi ptr [ %t6, %l9 ], [ %t17, %l10 ], !dbg !8
  ret ptr %r2, !dbg !7
b2:
  %r3 = sub i64 %r0, 1, !dbg !7
  store ptr getelementptr (i8, ptr @.sites, i64 24), ptr %sp, !tbaa !10, !dbg !16
  %t18 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !16
  %r4 = call ptr @_B4make(ptr %t18, i64 %r3), !dbg !16
  store ptr getelementptr (i8, ptr @.sites, i64 48), ptr %sp, !tbaa !10, !dbg !17
  %t19 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !17
  store ptr %r4, ptr %t19, !tbaa !10, !dbg !17
  %t20 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !17
  %r5 = call ptr @_B4make(ptr %t20, i64 %r3), !dbg !17
  store ptr getelementptr (i8, ptr @.sites, i64 72), ptr %sp, !tbaa !10, !dbg !18
  %t21 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !18
  store ptr %r5, ptr %t21, !tbaa !10, !dbg !18
  %t22 = ptrtoint ptr %sp to i64, !dbg !18
  %t23 = and i64 %t22, -8388608, !dbg !18
  %t24 = inttoptr i64 %t23 to ptr, !dbg !18
  %t25 = getelementptr inbounds i8, ptr %t24, i64 80, !dbg !18
  %t26 = getelementptr inbounds i8, ptr %t25, i64 8, !dbg !18
  %t27 = load ptr, ptr %t25, !tbaa !12, !dbg !18
  %t28 = load ptr, ptr %t26, !tbaa !12, !dbg !18
  %t29 = icmp eq ptr %t27, %t28, !dbg !18
  br i1 %t29, label %l31, label %l30, !prof !13, !dbg !18
l30:
  %t33 = getelementptr i8, ptr %t27, i64 24, !dbg !18
  store ptr %t33, ptr %t25, !tbaa !12, !dbg !18
  store ptr @__beskid_type_desc_Node, ptr %t27, !tbaa !15, !dbg !18
  br label %l32, !dbg !18
l31:
  %t34 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !18
  %t35 = ptrtoint ptr %sp to i64, !dbg !18
  %t36 = and i64 %t35, -8388608, !dbg !18
  %t37 = inttoptr i64 %t36 to ptr, !dbg !18
  store ptr %t34, ptr %t37, !tbaa !12, !dbg !18
  %t38 = call ptr @alloc(i64 24, ptr @__beskid_type_desc_Node), !dbg !18
  br label %l32, !dbg !18
l32:
  %r6 = phi ptr [ %t27, %l30 ], [ %t38, %l31 ], !dbg !18
  %t39 = getelementptr inbounds i8, ptr %r6, i64 8, !dbg !7
  store ptr %r4, ptr %t39, !tbaa !20, !dbg !7
  %t40 = getelementptr inbounds i8, ptr %r6, i64 16, !dbg !7
  %t41 = ptrtoint ptr %sp to i64, !dbg !7
  %t42 = and i64 %t41, -8388608, !dbg !7
  %t43 = inttoptr i64 %t42 to ptr, !dbg !7
  %t44 = getelementptr inbounds i8, ptr %t43, i64 56, !dbg !7
  %t45 = load i64, ptr %t44, !tbaa !12, !dbg !7
  %t46 = icmp ne i64 %t45, 0, !dbg !7
  br i1 %t46, label %l47, label %l48, !prof !13, !dbg !7
l47:
  call void @gc_write_barrier(ptr null, ptr %r5) nounwind willreturn memory(read, inaccessiblemem: readwrite), !dbg !7
  br label %l49, !dbg !7
l48:
  %t50 = ptrtoaddr ptr %t40 to i64, !dbg !7
  %t51 = ptrtoint ptr %sp to i64, !dbg !7
  %t52 = and i64 %t51, -8388608, !dbg !7
  %t53 = inttoptr i64 %t52 to ptr, !dbg !7
  %t54 = getelementptr inbounds i8, ptr %t53, i64 16, !dbg !7
  %t55 = load i64, ptr %t54, !invariant.load !{}, !dbg !7
  %t56 = ptrtoint ptr %sp to i64, !dbg !7
  %t57 = and i64 %t56, -8388608, !dbg !7
  %t58 = inttoptr i64 %t57 to ptr, !dbg !7
  %t59 = getelementptr inbounds i8, ptr %t58, i64 24, !dbg !7
  %t60 = load i64, ptr %t59, !invariant.load !{}, !dbg !7
  %t61 = ptrtoint ptr %sp to i64, !dbg !7
  %t62 = and i64 %t61, -8388608, !dbg !7
  %t63 = inttoptr i64 %t62 to ptr, !dbg !7
  %t64 = getelementptr inbounds i8, ptr %t63, i64 32, !dbg !7
  %t65 = load ptr, ptr %t64, !invariant.load !{}, !dbg !7
  %t66 = sub i64 %t50, %t55, !dbg !7
  %t67 = icmp ult i64 %t66, %t60, !dbg !7
  %t68 = select i1 %t67, i64 %t66, i64 %t60, !dbg !7
  %t69 = lshr i64 %t68, 9, !dbg !7
  %t70 = getelementptr inbounds i8, ptr %t65, i64 %t69, !dbg !7
  store i8 1, ptr %t70, !tbaa !22, !dbg !7
  br label %l49, !dbg !7
l49:
  store ptr %r5, ptr %t40, !tbaa !24, !dbg !7
  ret ptr %r6, !dbg !7
}
define internal i64 @_B5count(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !25 {
start:
  br label %b0, !dbg !26
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 8, !dbg !26
  %r1 = load ptr, ptr %t1, !tbaa !20, !dereferenceable_or_null !27, !dbg !26
  %r2 = icmp eq ptr %r1, null, !dbg !26
  br i1 %r2, label %b1, label %b2, !dbg !26
b1:
  ret i64 1, !dbg !26
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !10, !dbg !28
  %t2 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !28
  %r3 = call i64 @_B5count$level1(ptr %t2, ptr %r1), !dbg !28
  %t3 = getelementptr inbounds i8, ptr %r0, i64 16, !dbg !26
  %r4 = load ptr, ptr %t3, !tbaa !24, !dereferenceable_or_null !27, !dbg !26
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !10, !dbg !29
  %t4 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !29
  %r5 = call i64 @_B5count$level1(ptr %t4, ptr %r4), !dbg !29
  %r6 = add i64 %r3, %r5, !dbg !26
  %r7 = add i64 %r6, 1, !dbg !26
  ret i64 %r7, !dbg !26
}
define internal i64 @_B5count$level1(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind alwaysinline "probe-stack"="inline-asm" !dbg !30 {
start:
  br label %b0, !dbg !31
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 8, !dbg !31
  %r1 = load ptr, ptr %t1, !tbaa !20, !dereferenceable_or_null !27, !dbg !31
  %r2 = icmp eq ptr %r1, null, !dbg !31
  br i1 %r2, label %b1, label %b2, !dbg !31
b1:
  ret i64 1, !dbg !31
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !10, !dbg !32
  %t2 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !32
  %r3 = call i64 @_B5count$level2(ptr %t2, ptr %r1), !dbg !32
  %t3 = getelementptr inbounds i8, ptr %r0, i64 16, !dbg !31
  %r4 = load ptr, ptr %t3, !tbaa !24, !dereferenceable_or_null !27, !dbg !31
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !10, !dbg !33
  %t4 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !33
  %r5 = call i64 @_B5count$level2(ptr %t4, ptr %r4), !dbg !33
  %r6 = add i64 %r3, %r5, !dbg !31
  %r7 = add i64 %r6, 1, !dbg !31
  ret i64 %r7, !dbg !31
}
define internal i64 @_B5count$level2(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind alwaysinline "probe-stack"="inline-asm" !dbg !34 {
start:
  br label %b0, !dbg !35
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 8, !dbg !35
  %r1 = load ptr, ptr %t1, !tbaa !20, !dereferenceable_or_null !27, !dbg !35
  %r2 = icmp eq ptr %r1, null, !dbg !35
  br i1 %r2, label %b1, label %b2, !dbg !35
b1:
  ret i64 1, !dbg !35
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !10, !dbg !36
  %t2 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !36
  %r3 = call i64 @_B5count$level3(ptr %t2, ptr %r1), !dbg !36
  %t3 = getelementptr inbounds i8, ptr %r0, i64 16, !dbg !35
  %r4 = load ptr, ptr %t3, !tbaa !24, !dereferenceable_or_null !27, !dbg !35
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !10, !dbg !37
  %t4 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !37
  %r5 = call i64 @_B5count$level3(ptr %t4, ptr %r4), !dbg !37
  %r6 = add i64 %r3, %r5, !dbg !35
  %r7 = add i64 %r6, 1, !dbg !35
  ret i64 %r7, !dbg !35
}
define internal i64 @_B5count$level3(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind alwaysinline "probe-stack"="inline-asm" !dbg !38 {
start:
  br label %b0, !dbg !39
b0:
  %t1 = getelementptr inbounds i8, ptr %r0, i64 8, !dbg !39
  %r1 = load ptr, ptr %t1, !tbaa !20, !dereferenceable_or_null !27, !dbg !39
  %r2 = icmp eq ptr %r1, null, !dbg !39
  br i1 %r2, label %b1, label %b2, !dbg !39
b1:
  ret i64 1, !dbg !39
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 96), ptr %sp, !tbaa !10, !dbg !40
  %t2 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !40
  %r3 = call i64 @_B5count(ptr %t2, ptr %r1), !dbg !40
  %t3 = getelementptr inbounds i8, ptr %r0, i64 16, !dbg !39
  %r4 = load ptr, ptr %t3, !tbaa !24, !dereferenceable_or_null !27, !dbg !39
  store ptr getelementptr (i8, ptr @.sites, i64 120), ptr %sp, !tbaa !10, !dbg !41
  %t4 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !41
  %r5 = call i64 @_B5count(ptr %t4, ptr %r4), !dbg !41
  %r6 = add i64 %r3, %r5, !dbg !39
  %r7 = add i64 %r6, 1, !dbg !39
  ret i64 %r7, !dbg !39
}
define internal i64 @_B4main(ptr nonnull noundef align 8 %sp, ptr noundef dereferenceable_or_null(16) %r0) nounwind "probe-stack"="inline-asm" !dbg !42 {
start:
  %v2 = alloca i64
  %v3 = alloca i64
  %v9 = alloca i64
  br label %b0, !dbg !43
b0:
  store ptr getelementptr (i8, ptr @.sites, i64 144), ptr %sp, !tbaa !10, !dbg !44
  %t1 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !44
  %r1 = call ptr @_B4make(ptr %t1, i64 6), !dbg !44
  store i64 0, ptr %v2, !dbg !43
  store i64 0, ptr %v9, !dbg !43
  br label %b1, !dbg !43
b1:
  %t2 = load i64, ptr %v2, !dbg !43
  %r4 = icmp slt i64 %t2, 3, !dbg !43
  br i1 %r4, label %b2, label %b3, !prof !45, !dbg !43
b2:
  store ptr getelementptr (i8, ptr @.sites, i64 168), ptr %sp, !tbaa !10, !dbg !46
  %t3 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !46
  store ptr %r1, ptr %t3, !tbaa !10, !dbg !46
  %t4 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !46
  %r5 = call ptr @_B4make(ptr %t4, i64 4), !dbg !46
  store ptr getelementptr (i8, ptr @.sites, i64 192), ptr %sp, !tbaa !10, !dbg !47
  %t5 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !47
  %t6 = call i64 @_B5count(ptr %t5, ptr %r5), !dbg !47
  store i64 %t6, ptr %v3, !dbg !47
  %t7 = load i64, ptr %v9, !dbg !43
  %t8 = load i64, ptr %v3, !dbg !43
  %t9 = add i64 %t7, %t8, !dbg !43
  store i64 %t9, ptr %v9, !dbg !43
  %t10 = load i64, ptr %v2, !dbg !43
  %t11 = add i64 %t10, 1, !dbg !43
  store i64 %t11, ptr %v2, !dbg !43
  br label %b1, !dbg !43
b3:
  store ptr getelementptr (i8, ptr @.sites, i64 216), ptr %sp, !tbaa !10, !dbg !48
  %t12 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !48
  %t13 = call i64 @_B5count(ptr %t12, ptr %r1), !dbg !48
  store i64 %t13, ptr %v3, !dbg !48
  %t14 = load i64, ptr %v9, !dbg !43
  %t15 = load i64, ptr %v3, !dbg !43
  %t16 = add i64 %t14, %t15, !dbg !43
  store i64 %t16, ptr %v9, !dbg !43
  store ptr getelementptr (i8, ptr @.sites, i64 240), ptr %sp, !tbaa !10, !dbg !49
  %t17 = load i64, ptr %v9, !dbg !49
  %t18 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !49
  %t19 = ptrtoint ptr %sp to i64, !dbg !49
  %t20 = and i64 %t19, -8388608, !dbg !49
  %t21 = inttoptr i64 %t20 to ptr, !dbg !49
  store ptr %t18, ptr %t21, !tbaa !12, !dbg !49
  %r6 = call ptr @str_from_i64(i64 %t17), !dbg !49
  %t22 = getelementptr inbounds i8, ptr %sp, i64 8, !dbg !49
  store ptr %r6, ptr %t22, !tbaa !10, !dbg !49
  %t23 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !49
  store ptr @.text.0, ptr %t23, !tbaa !10, !dbg !49
  %t24 = getelementptr inbounds i8, ptr %sp, i64 24, !dbg !49
  store ptr %r6, ptr %t24, !tbaa !10, !dbg !49
  %t25 = getelementptr inbounds i8, ptr %sp, i64 32, !dbg !49
  store ptr @.text.1, ptr %t25, !tbaa !10, !dbg !49
  %t26 = getelementptr inbounds i8, ptr %sp, i64 40, !dbg !49
  %t27 = ptrtoint ptr %sp to i64, !dbg !49
  %t28 = and i64 %t27, -8388608, !dbg !49
  %t29 = inttoptr i64 %t28 to ptr, !dbg !49
  store ptr %t26, ptr %t29, !tbaa !12, !dbg !49
  %t30 = getelementptr inbounds i8, ptr %sp, i64 16, !dbg !49
  %r8 = call ptr @str_concat_n(ptr %t30, i64 3), !dbg !49
  %r7 = call i64 @stdout_write(ptr %r8), !dbg !49
  ret i64 0, !dbg !43
}
define hidden i64 @beskid_program_entry(ptr %sp, ptr %arguments) nounwind "probe-stack"="inline-asm" !dbg !50 {
  %status = call i64 @_B4main(ptr %sp, ptr %arguments), !dbg !51
  ret i64 %status, !dbg !51
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!52, !53, !54}
!0 = !{!"beskid"}
!1 = !DIFile(filename: "<program>", directory: ".")
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "beskid VERSION", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!3 = !{null}
!4 = !DISubroutineType(types: !3)
!5 = !DIFile(filename: "main.bd", directory: ".")
!6 = distinct !DISubprogram(name: "make", linkageName: "_B4make", scope: !5, file: !5, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!7 = !DILocation(line: 1, column: 0, scope: !6)
!8 = !DILocation(line: 2, column: 1, scope: !6)
!9 = !{!"shadow", !0, i64 0}
!10 = !{!9, !9, i64 0}
!11 = !{!"context", !0, i64 0}
!12 = !{!11, !11, i64 0}
!13 = !{!"branch_weights", i32 1, i32 2000}
!14 = !{!"descriptor", !0, i64 0}
!15 = !{!14, !14, i64 0}
!16 = !DILocation(line: 3, column: 1, scope: !6)
!17 = !DILocation(line: 4, column: 1, scope: !6)
!18 = !DILocation(line: 5, column: 1, scope: !6)
!19 = !{!"field ref 8", !0, i64 0}
!20 = !{!19, !19, i64 0}
!21 = !{!"card", !0, i64 0}
!22 = !{!21, !21, i64 0}
!23 = !{!"field ref 16", !0, i64 0}
!24 = !{!23, !23, i64 0}
!25 = distinct !DISubprogram(name: "count", linkageName: "_B5count", scope: !5, file: !5, line: 9, type: !4, scopeLine: 9, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!26 = !DILocation(line: 9, column: 0, scope: !25)
!27 = !{i64 16}
!28 = !DILocation(line: 10, column: 1, scope: !25)
!29 = !DILocation(line: 11, column: 1, scope: !25)
!30 = distinct !DISubprogram(name: "count", linkageName: "_B5count$level1", scope: !5, file: !5, line: 9, type: !4, scopeLine: 9, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!31 = !DILocation(line: 9, column: 0, scope: !30)
!32 = !DILocation(line: 10, column: 1, scope: !30)
!33 = !DILocation(line: 11, column: 1, scope: !30)
!34 = distinct !DISubprogram(name: "count", linkageName: "_B5count$level2", scope: !5, file: !5, line: 9, type: !4, scopeLine: 9, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!35 = !DILocation(line: 9, column: 0, scope: !34)
!36 = !DILocation(line: 10, column: 1, scope: !34)
!37 = !DILocation(line: 11, column: 1, scope: !34)
!38 = distinct !DISubprogram(name: "count", linkageName: "_B5count$level3", scope: !5, file: !5, line: 9, type: !4, scopeLine: 9, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!39 = !DILocation(line: 9, column: 0, scope: !38)
!40 = !DILocation(line: 10, column: 1, scope: !38)
!41 = !DILocation(line: 11, column: 1, scope: !38)
!42 = distinct !DISubprogram(name: "main", linkageName: "_B4main", scope: !5, file: !5, line: 20, type: !4, scopeLine: 20, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!43 = !DILocation(line: 20, column: 0, scope: !42)
!44 = !DILocation(line: 21, column: 1, scope: !42)
!45 = !{!"branch_weights", i32 2000, i32 1}
!46 = !DILocation(line: 22, column: 1, scope: !42)
!47 = !DILocation(line: 23, column: 1, scope: !42)
!48 = !DILocation(line: 24, column: 1, scope: !42)
!49 = !DILocation(line: 25, column: 1, scope: !42)
!50 = distinct !DISubprogram(name: "beskid_program_entry", scope: !1, file: !1, type: !4, flags: DIFlagArtificial, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2)
!51 = !DILocation(line: 0, column: 0, scope: !50)
!52 = !{i32 8, !"PIC Level", i32 2}
!53 = !{i32 2, !"Debug Info Version", i32 3}
!54 = !{i32 7, !"Dwarf Version", i32 5}
