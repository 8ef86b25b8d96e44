// All of the init in the kernel itself, like May 2026, in our own words.
#include <linux/memblock.h>
#include <asm/rmi_cmds.h>

unsigned long rmm_feat_reg0, rmm_feat_reg1;
static bool available;

static int rmi_check_version(void)
{
	struct arm_smccc_res res;
	unsigned long pfr0 = read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1);
	unsigned short major, minor;

	if (!cpuid_feature_extract_unsigned_field(pfr0, ID_AA64PFR0_EL1_RME_SHIFT))
		return -ENXIO;
	arm_smccc_1_1_invoke(SMC_RMI_VERSION, RMI_ABI_VERSION(RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION), &res);
	if (res.a0 == SMCCC_RET_NOT_SUPPORTED)
		return -ENXIO;
	major = RMI_ABI_VERSION_GET_MAJOR(res.a1);
	minor = RMI_ABI_VERSION_GET_MINOR(res.a1);
	if (res.a0 != RMI_SUCCESS) {
		pr_err("Unsupported RMI ABI (v%d.%d - v%d.%d) we want v%d.%d\n", major, minor,
			(unsigned short)RMI_ABI_VERSION_GET_MAJOR(res.a2), (unsigned short)RMI_ABI_VERSION_GET_MINOR(res.a2),
			RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION);
		return -ENXIO;
	}
	pr_info("RMI ABI version %d.%d\n", major, minor);
	return 0;
}

static int rmi_configure(void)
{
	struct rmm_config *page __free(free_page) = (struct rmm_config *)get_zeroed_page(GFP_KERNEL);

	BUILD_BUG_ON(sizeof(*page) > PAGE_SIZE);
	if (!page)
		return -ENOMEM;
	switch (PAGE_SIZE) {
	case SZ_4K: page->rmi_granule_size = RMI_GRANULE_SIZE_4KB; break;
	case SZ_16K: page->rmi_granule_size = RMI_GRANULE_SIZE_16KB; break;
	case SZ_64K: page->rmi_granule_size = RMI_GRANULE_SIZE_64KB; break;
	default: pr_err("Unsupported PAGE_SIZE for RMM\n"); return -EINVAL;
	}
	if (rmi_rmm_config_set(virt_to_phys(page))) {
		pr_err("RMM config set failed\n");
		return -EINVAL;
	}
	if (rmi_rmm_activate()) {
		pr_err("RMM activate failed\n");
		return -ENXIO;
	}
	return 0;
}

static int tracked(phys_addr_t start, phys_addr_t end)
{
	while (start < end) {
		unsigned long category, state, next;
		unsigned long ret = rmi_granule_tracking_get(start, end, &category, &state, &next);

		if (ret != RMI_SUCCESS || state != RMI_TRACKING_FINE || category != RMI_MEM_CATEGORY_CONVENTIONAL) {
			pr_err("Granule tracking for region isn't fine/conventional: %llx", start);
			return -ENODEV;
		}
		start = next;
	}
	return 0;
}

static int tables(phys_addr_t start, phys_addr_t end)
{
	unsigned long size = 1UL << (30 + FIELD_GET(RMI_FEATURE_REGISTER_1_L0GPTSZ, rmm_feat_reg1));

	end = ALIGN(end, size);
	for (start = ALIGN_DOWN(start, size); start < end; start += size) {
		int ret = rmi_gpt_l1_create(start);

		if (ret && ret != RMI_ERROR_GPT) {
			pr_err("GPT Level1 table missing for %llx\n", start);
			return -ENOMEM;
		}
	}
	return 0;
}

static int rmi_init_metadata(void)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t start = memblock_region_memory_base_pfn(region) << PAGE_SHIFT;
		phys_addr_t end = memblock_region_memory_end_pfn(region) << PAGE_SHIFT;
		int ret = tracked(start, end);

		if (!ret)
			ret = tables(start, end);
		if (ret)
			return ret;
	}
	return 0;
}

bool rmi_is_available(void)
{
	return available;
}

static int __init arm64_init_rmi(void)
{
	if (rmi_check_version())
		return 0;
	if (WARN_ON(rmi_features(0, &rmm_feat_reg0)))
		return 0;
	if (WARN_ON(rmi_features(1, &rmm_feat_reg1)))
		return 0;
	if (rmi_configure() || rmi_init_metadata())
		return 0;
	available = true;
	pr_info("RMI configured");
	return 0;
}
subsys_initcall(arm64_init_rmi);
