// The half that stands before KVM, like May 2026, in our own words: version, features, a page for the RMM.
#include <linux/memblock.h>
#include <asm/rmi_cmds.h>

unsigned long rmm_feat_reg0;
static bool arm64_rmi_is_available;

static int rmi_check_version(void)
{
	struct arm_smccc_res res;
	arm_smccc_1_1_invoke(SMC_RMI_VERSION, RMI_ABI_VERSION(2, 0), &res);
	if (res.a0 != RMI_SUCCESS)
		return -ENXIO;
	pr_info("RMI ABI version %d.%d\n", (int)RMI_ABI_VERSION_GET_MAJOR(res.a1), 0);
	return 0;
}

bool rmi_is_available(void)
{
	return arm64_rmi_is_available;
}
EXPORT_SYMBOL_GPL(rmi_is_available);

static int rmi_configure(void)
{
	void *config = (void *)get_zeroed_page(GFP_KERNEL);
	struct arm_smccc_res res;

	if (!config)
		return -ENOMEM;
	arm_smccc_1_1_invoke(SMC_RMI_CALL(0x1d0), virt_to_phys(config), &res);
	free_page((unsigned long)config);
	return 0;
}

static int __init arm64_init_rmi(void)
{
	int ret = rmi_check_version();
	if (ret)
		return 0;
	if (WARN_ON(rmi_features(0, &rmm_feat_reg0)))
		return 0;
	rmi_configure();
	arm64_rmi_is_available = true;
	return 0;
}
subsys_initcall(arm64_init_rmi);
