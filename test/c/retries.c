// A check like that of October 2026, in our own words: before KVM, registers in and out, a retry loop, features after.
#include <linux/arm-rmi-cmds.h>
#include <linux/cpufeature.h>

static unsigned long features[5] __ro_after_init;

static int rmi_check_version(void)
{
	u64 pfr0 = read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1);
	unsigned short major, minor;
	struct arm_smccc_1_2_regs regs = {
		SMC_RMI_VERSION, RMI_ABI_VERSION(RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION),
	};

	if (!FIELD_GET(ID_AA64PFR0_EL1_RME_MASK, pfr0))
		return -ENXIO;
	if (arm_smccc_1_1_get_conduit() != SMCCC_CONDUIT_SMC)
		return -ENXIO;

	rmi_smccc_invoke(&regs);
	if (regs.a0 == SMCCC_RET_NOT_SUPPORTED)
		return -ENXIO;

	major = RMI_ABI_VERSION_GET_MAJOR(regs.a1);
	minor = RMI_ABI_VERSION_GET_MINOR(regs.a1);
	if (regs.a0 != RMI_SUCCESS) {
		pr_err("Unsupported RMI ABI (v%d.%d - v%d.%d) we want v%d.%d\n", major, minor,
		       (int)RMI_ABI_VERSION_GET_MAJOR(regs.a2), (int)RMI_ABI_VERSION_GET_MINOR(regs.a2),
		       RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION);
		return -ENXIO;
	}
	pr_info("RMI ABI version %d.%d\n", major, minor);
	return 0;
}

static int __init arm64_init_rmi(void)
{
	int ret = rmi_check_version();

	if (ret)
		return ret;
	for (int i = 0; i < ARRAY_SIZE(features); i++) {
		struct arm_smccc_1_2_regs regs = { SMC_RMI_FEATURES, i };

		rmi_smccc_invoke(&regs);
		if (WARN_ON(regs.a0 != RMI_SUCCESS))
			return -EINVAL;
		features[i] = regs.a1;
	}
	return 0;
}
subsys_initcall(arm64_init_rmi);
