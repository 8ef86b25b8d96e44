// All of the init in the kernel itself, like October 2026, in our own words: registers, stateful operations, memory.
#include <linux/arm-rmi-cmds.h>
#include <linux/memblock.h>
#include <linux/memory.h>
#include <linux/slab.h>
#include <asm/pgtable-hwdef.h>

static unsigned long features[5] __ro_after_init;
static bool active, available;

bool is_rmm_active(void)
{
	return READ_ONCE(active);
}
EXPORT_SYMBOL_GPL(is_rmm_active);

bool is_rmi_available(void)
{
	return READ_ONCE(available);
}
EXPORT_SYMBOL_GPL(is_rmi_available);

static long range_call(unsigned long fid, unsigned long base, unsigned long top, unsigned long *out)
{
	struct arm_smccc_1_2_regs regs = { fid, base, top };
	long ret = rmi_sro_execute(&regs);

	if (ret == RMI_SUCCESS)
		*out = regs.a1;
	return ret;
}

static long range_calls(unsigned long fid, phys_addr_t *pa, unsigned long top)
{
	while (*pa < top) {
		unsigned long out;
		long ret = range_call(fid, *pa, top, &out);

		if (ret != RMI_SUCCESS)
			return ret;
		if (WARN_ON(out <= *pa))
			return -ENXIO;
		*pa = out;
	}
	return 0;
}

int rmi_delegate_range(phys_addr_t pa, unsigned long size, phys_addr_t *out_phys)
{
	long ret = range_calls(SMC_RMI_GRANULE_RANGE_DELEGATE, &pa, pa + size);

	if (out_phys)
		*out_phys = pa;
	return ret;
}

int rmi_undelegate_range(phys_addr_t pa, unsigned long size)
{
	return range_calls(SMC_RMI_GRANULE_RANGE_UNDELEGATE, &pa, pa + size);
}

int rmi_free_delegated_page(phys_addr_t pa)
{
	if (WARN_ON_ONCE(rmi_undelegate_page(pa)))
		return -EBUSY;
	free_page((unsigned long)phys_to_virt(pa));
	return 0;
}

static unsigned long bytes_of(unsigned long block_size)
{
	return BIT(ARM64_HW_PGTABLE_LEVEL_SHIFT(3 - block_size));
}

static void give_back(unsigned long entry, unsigned long from)
{
	phys_addr_t pa = RMI_ADDR_RANGE_ADDR(entry) + from;
	unsigned long size = bytes_of(RMI_ADDR_RANGE_BLOCK_SIZE(entry)) * RMI_ADDR_RANGE_COUNT(entry) - from;
	unsigned long state = RMI_ADDR_RANGE_STATE(entry);

	WARN_ON(!PAGE_ALIGNED(pa) || !PAGE_ALIGNED(from));
	if (WARN_ON(state != RMI_OP_MEM_DELEGATED && state != RMI_OP_MEM_UNDELEGATED))
		return;
	if (state == RMI_OP_MEM_DELEGATED && WARN_ON(rmi_undelegate_range(pa, size)))
		return;
	free_pages_exact(phys_to_virt(pa), size);
}

void rmi_sro_free(struct rmi_sro_state *sro)
{
	for (int i = 0; i < sro->addr_count; i++)
		give_back(sro->addr_list[i], 0);
	sro->addr_count = 0;
}

/* An entry for `count` blocks in one piece, delegated where the RMM wants it so. */
static int entry_for(unsigned long request, unsigned long count, gfp_t gfp, unsigned long *entry)
{
	unsigned long size = bytes_of(RMI_DONATE_BLOCK_SIZE(request)) * count;
	unsigned long state = RMI_DONATE_STATE(request);
	phys_addr_t pa, done;
	void *at;

	if (get_order(size) > MAX_PAGE_ORDER)
		return -ENOMEM;
	at = alloc_pages_exact(size, gfp);
	if (!at)
		return -ENOMEM;
	pa = virt_to_phys(at);
	if (state == RMI_OP_MEM_DELEGATED && rmi_delegate_range(pa, size, &done)) {
		if (!rmi_undelegate_range(pa, done - pa))
			free_pages_exact(at, size);
		return -ENXIO;
	}
	*entry = pa & RMI_ADDR_RANGE_ADDR_MASK;
	FIELD_MODIFY(RMI_ADDR_RANGE_BLOCK_SIZE_MASK, entry, RMI_DONATE_BLOCK_SIZE(request));
	FIELD_MODIFY(RMI_ADDR_RANGE_COUNT_MASK, entry, count);
	FIELD_MODIFY(RMI_ADDR_RANGE_STATE_MASK, entry, state);
	return 0;
}

static int donate(struct rmi_sro_state *sro, unsigned long handle, struct arm_smccc_1_2_regs *regs, gfp_t gfp)
{
	unsigned long request = regs->a2, count = RMI_DONATE_COUNT(request), taken;
	unsigned long granules = bytes_of(RMI_DONATE_BLOCK_SIZE(request)) >> PAGE_SHIFT;
	bool one = RMI_DONATE_CONTIG(request) == RMI_OP_MEM_CONTIG;

	if (WARN_ON_ONCE(!count) || WARN_ON_ONCE(RMI_DONATE_STATE(request) > RMI_OP_MEM_UNDELEGATED))
		return -EINVAL;
	if (one && (WARN_ON_ONCE(!is_power_of_2(count)) ||
		    WARN_ON_ONCE(count > FIELD_MAX(RMI_ADDR_RANGE_COUNT_MASK))))
		return -EINVAL;
	if (one)
		granules *= count;
	count = one ? 1 : min_t(unsigned long, count, RMI_MAX_ADDR_LIST);
	for (unsigned long i = 0; i < count; i++) {
		int ret = entry_for(request, one ? RMI_DONATE_COUNT(request) : 1, gfp, &sro->addr_list[i]);

		if (ret)
			return ret;
		sro->addr_count++;
	}
	*regs = (struct arm_smccc_1_2_regs){
		SMC_RMI_OP_MEM_DONATE, handle, virt_to_phys(&sro->addr_list[0]), count, 0,
	};
	rmi_smccc_invoke(regs);
	taken = regs->a1;
	if (WARN_ON_ONCE(taken > count * granules))
		taken = count * granules;
	if (taken % granules)
		give_back(sro->addr_list[taken / granules], (taken % granules) << PAGE_SHIFT);
	sro->addr_count -= DIV_ROUND_UP(taken, granules);
	for (int i = 0; i < sro->addr_count; i++)
		swap(sro->addr_list[i], sro->addr_list[i + DIV_ROUND_UP(taken, granules)]);
	rmi_sro_free(sro);
	return 0;
}

static int reclaim(struct rmi_sro_state *sro, unsigned long handle, struct arm_smccc_1_2_regs *regs)
{
	*regs = (struct arm_smccc_1_2_regs){
		SMC_RMI_OP_MEM_RECLAIM, handle, virt_to_phys(&sro->addr_list[0]), RMI_MAX_ADDR_LIST,
	};
	rmi_smccc_invoke(regs);
	if (WARN_ON_ONCE(RMI_RESULT_STATUS(regs->a0) != RMI_INCOMPLETE))
		return -EINVAL;
	if (WARN_ON_ONCE(regs->a1 > RMI_MAX_ADDR_LIST))
		regs->a1 = RMI_MAX_ADDR_LIST;
	sro->addr_count = regs->a1;
	rmi_sro_free(sro);
	return 0;
}

long rmi_sro_memxfer_execute(struct rmi_sro_state *sro, gfp_t gfp)
{
	struct arm_smccc_1_2_regs *regs = &sro->regs;
	bool cancelled = false;
	unsigned long handle;

	rmi_smccc_invoke(regs);
	handle = regs->a1;
	while (RMI_RESULT_STATUS(regs->a0) == RMI_INCOMPLETE) {
		bool can_cancel = RMI_RESULT_CAN_CANCEL(regs->a0) == RMI_OP_CAN_CANCEL;
		int ret = 0;

		switch (RMI_RESULT_MEMREQ(regs->a0)) {
		case RMI_OP_MEM_REQ_NONE:
			*regs = (struct arm_smccc_1_2_regs){ SMC_RMI_OP_CONTINUE, handle, RMI_CONTINUE_KEEP_GOING };
			rmi_smccc_invoke(regs);
			break;
		case RMI_OP_MEM_REQ_DONATE:
			ret = donate(sro, handle, regs, gfp);
			break;
		case RMI_OP_MEM_REQ_RECLAIM:
			ret = reclaim(sro, handle, regs);
			break;
		default:
			WARN_ON_ONCE(1);
			ret = -ENXIO;
		}
		if (!ret)
			continue;
		if (WARN_ON_ONCE(!can_cancel))
			return ret;
		if (WARN_ON_ONCE(cancelled))
			break;
		*regs = (struct arm_smccc_1_2_regs){ SMC_RMI_OP_CANCEL, handle };
		rmi_smccc_invoke(regs);
		cancelled = true;
		if (WARN_ON_ONCE(RMI_RESULT_STATUS(regs->a0) != RMI_INCOMPLETE))
			return ret;
	}
	return cancelled ? -ECANCELED : (long)regs->a0;
}
EXPORT_SYMBOL_GPL(rmi_sro_memxfer_execute);

long rmi_sro_execute(struct arm_smccc_1_2_regs *regs)
{
	rmi_smccc_invoke(regs);
	while (RMI_RESULT_STATUS(regs->a0) == RMI_INCOMPLETE && !WARN_ON_ONCE(RMI_RESULT_MEMREQ(regs->a0))) {
		*regs = (struct arm_smccc_1_2_regs){ SMC_RMI_OP_CONTINUE, regs->a1, RMI_CONTINUE_KEEP_GOING };
		rmi_smccc_invoke(regs);
	}
	return regs->a0;
}

static int rmi_check_version(void)
{
	unsigned long pfr0 = read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1);
	struct arm_smccc_1_2_regs res = {
		SMC_RMI_VERSION, RMI_ABI_VERSION(RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION),
	};
	unsigned short major, minor;

	if (!cpuid_feature_extract_unsigned_field(pfr0, ID_AA64PFR0_EL1_RME_SHIFT))
		return -ENXIO;
	if (arm_smccc_1_1_get_conduit() != SMCCC_CONDUIT_SMC)
		return -ENXIO;
	rmi_smccc_invoke(&res);
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

static int rmi_read_features(void)
{
	for (int i = 0; i < ARRAY_SIZE(features); i++) {
		struct arm_smccc_1_2_regs args = { SMC_RMI_FEATURES, i };

		rmi_smccc_invoke(&args);
		if (WARN_ON(args.a0 != RMI_SUCCESS))
			return -EINVAL;
		features[i] = args.a1;
	}
	return 0;
}

unsigned long rmi_feat_reg(unsigned int index)
{
	return WARN_ON(index >= ARRAY_SIZE(features)) ? 0 : features[index];
}
EXPORT_SYMBOL_GPL(rmi_feat_reg);

static int rmi_rmm_config_set(unsigned long pa)
{
	struct arm_smccc_1_2_regs regs = { SMC_RMI_RMM_CONFIG_SET, pa };

	rmi_smccc_invoke(&regs);
	return regs.a0;
}

static int rmi_configure(void)
{
	unsigned long feature, size;
	int ret;

	switch (PAGE_SIZE) {
	case SZ_4K: size = RMI_GRANULE_SIZE_4KB; feature = RMI_FEATURE_REGISTER_1_RMI_GRAN_SZ_4KB; break;
	case SZ_16K: size = RMI_GRANULE_SIZE_16KB; feature = RMI_FEATURE_REGISTER_1_RMI_GRAN_SZ_16KB; break;
	case SZ_64K: size = RMI_GRANULE_SIZE_64KB; feature = RMI_FEATURE_REGISTER_1_RMI_GRAN_SZ_64KB; break;
	default: BUILD_BUG();
	}
	if (!(rmi_feat_reg(1) & feature)) {
		pr_err("RMM does not support %luKB granules\n", PAGE_SIZE >> 10);
		return -ENXIO;
	}

	struct rmm_config *config __free(free_page) = (struct rmm_config *)get_zeroed_page(GFP_KERNEL);

	if (!config) {
		pr_err("Unable to allocate memory for RMM config\n");
		return -ENOMEM;
	}
	config->rmi_granule_size = size;
	config->tracking_region_size = 0;
	ret = rmi_rmm_config_set(virt_to_phys(config));
	if (ret) {
		pr_err("RMM config set failed (%d)\n", ret);
		return -EINVAL;
	}
	return 0;
}

static int rmi_verify_memory_tracking(phys_addr_t start, phys_addr_t end)
{
	while (start < end) {
		struct arm_smccc_1_2_regs regs = { SMC_RMI_GRANULE_TRACKING_GET, start, end };
		unsigned long next;

		rmi_smccc_invoke(&regs);
		if (regs.a0 != RMI_SUCCESS) {
			pr_err("RMI_GRANULE_TRACKING_GET failed for %llx-%llx: (%lu)\n", start, end, (long)(int)regs.a0);
			return -ENXIO;
		}
		next = regs.a3;
		if (WARN_ON(next <= start))
			return -ENXIO;
		if (regs.a2 != RMI_TRACKING_FINE || regs.a1 != RMI_MEM_CATEGORY_CONVENTIONAL) {
			pr_err("Granule tracking for region isn't fine/conventional: %llx-%lx\n", start, regs.a3);
			return -ENODEV;
		}
		start = next;
	}
	return 0;
}

static int rmi_verify_gpt_firmware_managed(phys_addr_t start, phys_addr_t end)
{
	unsigned long size = 1UL << (30 + FIELD_GET(RMI_FEATURE_REGISTER_1_L0GPTSZ, rmi_feat_reg(1)));

	start = ALIGN_DOWN(start, size);
	end = ALIGN(end, size);
	while (start < end) {
		struct arm_smccc_1_2_regs regs = { SMC_RMI_GPT_INFO, start, end };
		unsigned long next;

		rmi_smccc_invoke(&regs);
		if (regs.a0 != RMI_SUCCESS) {
			pr_err("RMI_GPT_INFO failed for %llx-%llx: (%ld)\n", start, end, (long)regs.a0);
			return -ENXIO;
		}
		next = regs.a1;
		if (WARN_ON(next <= start))
			return -ENXIO;
		if (regs.a2 != RMI_GPT_PAR_PLAT) {
			pr_err("GPT for the region is not managed by firmware %llx-%lx\n", start, regs.a1);
			return -ENODEV;
		}
		start = next;
	}
	return 0;
}

static int prepare(phys_addr_t start, phys_addr_t end)
{
	int ret = start < end ? rmi_verify_memory_tracking(start, end) : -EINVAL;

	return ret ? ret : rmi_verify_gpt_firmware_managed(start, end);
}

static int comes_online(struct notifier_block *block, unsigned long action, void *data)
{
	struct memory_notify *more = data;

	if (action != MEM_GOING_ONLINE)
		return NOTIFY_DONE;
	return notifier_from_errno(prepare(PFN_PHYS(more->start_pfn), PFN_PHYS(more->start_pfn + more->nr_pages)));
}

static struct notifier_block notifier = {
	.notifier_call = comes_online,
};

static int rmi_init_metadata(void)
{
	struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t start = PAGE_ALIGN(region->base), end = PAGE_ALIGN_DOWN(region->base + region->size);
		int ret;

		if (memblock_is_nomap(region) || start >= end)
			continue;
		ret = prepare(start, end);
		if (ret)
			return ret;
	}
	return 0;
}

static int memory(void)
{
	int ret = rmi_init_metadata();

	return ret ? ret : register_memory_notifier(&notifier);
}

static int __init arm64_init_rmi(void)
{
	int ret = rmi_check_version();

	if (ret)
		return ret;
	ret = rmi_read_features();
	if (ret)
		return ret;
	ret = rmi_configure();
	if (ret)
		return ret;

	struct rmi_sro_state *sro __free(kfree) = kmalloc_obj(*sro);
	if (!sro)
		return -ENOMEM;
	ret = rmi_sro_memxfer_cmd(sro, GFP_KERNEL, SMC_RMI_RMM_ACTIVATE);
	if (ret) {
		pr_err("RMM activate failed (%d)\n", ret);
		return ret < 0 ? ret : -ENXIO;
	}
	WRITE_ONCE(active, true);
	ret = memory();
	if (ret) {
		if (!WARN_ON(rmi_sro_memxfer_cmd(sro, GFP_KERNEL, SMC_RMI_RMM_DEACTIVATE)))
			WRITE_ONCE(active, false);
		return ret;
	}
	WRITE_ONCE(available, true);
	pr_info("RMI configured\n");
	return 0;
}
subsys_initcall(arm64_init_rmi);
