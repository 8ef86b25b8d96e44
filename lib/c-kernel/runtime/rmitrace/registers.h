/* The AArch64 ID registers by encoding (op0 3, op1 0, CRn 0), and the fields that the check may look at (Arm ARM). */
#ifndef RMITRACE_REGISTERS_H
#define RMITRACE_REGISTERS_H

#define sys_reg(op0, op1, crn, crm, op2) (((op0) << 19) | ((op1) << 16) | ((crn) << 12) | ((crm) << 8) | ((op2) << 5))

#define RMITRACE_ID_REGISTERS(X)                                                                                       \
	X(ID_AA64PFR0_EL1, 4, 0) X(ID_AA64PFR1_EL1, 4, 1) X(ID_AA64PFR2_EL1, 4, 2) X(ID_AA64ZFR0_EL1, 4, 4)            \
	X(ID_AA64SMFR0_EL1, 4, 5) X(ID_AA64FPFR0_EL1, 4, 7) X(ID_AA64DFR0_EL1, 5, 0) X(ID_AA64DFR1_EL1, 5, 1)          \
	X(ID_AA64ISAR0_EL1, 6, 0) X(ID_AA64ISAR1_EL1, 6, 1) X(ID_AA64ISAR2_EL1, 6, 2) X(ID_AA64ISAR3_EL1, 6, 3)        \
	X(ID_AA64MMFR0_EL1, 7, 0) X(ID_AA64MMFR1_EL1, 7, 1) X(ID_AA64MMFR2_EL1, 7, 2) X(ID_AA64MMFR3_EL1, 7, 3)        \
	X(ID_AA64MMFR4_EL1, 7, 4)

#define RMITRACE_ID_REGISTER(name, crm, op2) SYS_##name = sys_reg(3, 0, 0, crm, op2),
enum { RMITRACE_ID_REGISTERS(RMITRACE_ID_REGISTER) };

#define ID_AA64PFR0_EL1_CSV3_SHIFT 60
#define ID_AA64PFR0_EL1_CSV2_SHIFT 56
#define ID_AA64PFR0_EL1_RME_SHIFT 52
#define ID_AA64PFR0_EL1_RME_WIDTH 4
#define ID_AA64PFR0_EL1_RME_MASK GENMASK(55, 52)
#define ID_AA64PFR0_EL1_RME_NI 0
#define ID_AA64PFR0_EL1_RME_IMP 1
#define ID_AA64PFR0_EL1_DIT_SHIFT 48
#define ID_AA64PFR0_EL1_AMU_SHIFT 44
#define ID_AA64PFR0_EL1_MPAM_SHIFT 40
#define ID_AA64PFR0_EL1_SEL2_SHIFT 36
#define ID_AA64PFR0_EL1_SVE_SHIFT 32
#define ID_AA64PFR0_EL1_RAS_SHIFT 28
#define ID_AA64PFR0_EL1_GIC_SHIFT 24
#define ID_AA64PFR0_EL1_AdvSIMD_SHIFT 20
#define ID_AA64PFR0_EL1_FP_SHIFT 16
#define ID_AA64PFR0_EL1_EL3_SHIFT 12
#define ID_AA64PFR0_EL1_EL2_SHIFT 8
#define ID_AA64PFR0_EL1_EL1_SHIFT 4
#define ID_AA64PFR0_EL1_EL0_SHIFT 0
#define ID_AA64MMFR0_EL1_TGRAN4_2_SHIFT 40
#define ID_AA64MMFR0_EL1_TGRAN64_2_SHIFT 36
#define ID_AA64MMFR0_EL1_TGRAN16_2_SHIFT 32
#define ID_AA64MMFR0_EL1_TGRAN4_SHIFT 28
#define ID_AA64MMFR0_EL1_TGRAN64_SHIFT 24
#define ID_AA64MMFR0_EL1_TGRAN16_SHIFT 20
#define ID_AA64MMFR0_EL1_PARANGE_SHIFT 0
#define ID_AA64MMFR0_EL1_PARANGE_MASK GENMASK(3, 0)

u64 read_sanitised_ftr_reg(u32 id);

static inline unsigned int cpuid_feature_extract_unsigned_field_width(u64 features, int field, int width)
{
	return (u64)(features << (64 - width - field)) >> (64 - width);
}

static inline unsigned int cpuid_feature_extract_unsigned_field(u64 features, int field)
{
	return cpuid_feature_extract_unsigned_field_width(features, field, 4);
}

static inline int cpuid_feature_extract_signed_field_width(u64 features, int field, int width)
{
	return (s64)(features << (64 - width - field)) >> (64 - width);
}

static inline int cpuid_feature_extract_signed_field(u64 features, int field)
{
	return cpuid_feature_extract_signed_field_width(features, field, 4);
}

#define SYS_FIELD_GET(reg, field, value) FIELD_GET(reg##_##field##_MASK, value)

#endif
