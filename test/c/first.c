// A check like that of 2023, in our own words: no argument, the version is the answer itself, 4K pages only.
#include <linux/kvm_host.h>
#include <asm/rmi_cmds.h>

static int rmi_check_version(void)
{
	int major, minor;
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_VERSION, &res);
	if (res.a0 == SMCCC_RET_NOT_SUPPORTED)
		return -ENXIO;

	major = RMI_ABI_VERSION_GET_MAJOR(res.a0);
	minor = RMI_ABI_VERSION_GET_MINOR(res.a0);
	if (major != RMI_ABI_MAJOR_VERSION) {
		kvm_err("Unsupported RMI ABI (version %d.%d) we support %d\n", major, minor, RMI_ABI_MAJOR_VERSION);
		return -ENXIO;
	}
	kvm_info("RMI ABI version %d.%d\n", major, minor);
	return 0;
}

int kvm_init_rme(void)
{
	if (PAGE_SIZE != SZ_4K)
		return 0;
	if (rmi_check_version())
		return 0;
	static_branch_enable(&kvm_rme_is_available);
	return 0;
}
