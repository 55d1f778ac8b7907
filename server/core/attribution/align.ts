/** A pair of indexes that belong together. */
export interface Pair {
	readonly left: number;
	readonly right: number;
}

/**
 * The pairs of two lists, in order and without crossing, whose weights add up to the most. Of equal ways the one that pairs
 * what stands further behind.
 * @param weight 0 for two that do not belong together
 */
export function align(leftCount: number, rightCount: number, weight: (left: number, right: number) => number): readonly Pair[] {
	const width = rightCount + 1;
	// best[l * width + r]: the most that the first l and the first r items can give.
	const best = new Float64Array((leftCount + 1) * width);
	const at = (left: number, right: number): number => best[left * width + right] ?? 0;
	for (let left = 1; left <= leftCount; left++) {
		for (let right = 1; right <= rightCount; right++) {
			const own = weight(left - 1, right - 1);
			const paired = own === 0 ? 0 : at(left - 1, right - 1) + own;
			best[left * width + right] = Math.max(paired, at(left - 1, right), at(left, right - 1));
		}
	}
	const pairs: Pair[] = [];
	let left = leftCount;
	let right = rightCount;
	while (left > 0 && right > 0) {
		const own = weight(left - 1, right - 1);
		if (own > 0 && at(left, right) === at(left - 1, right - 1) + own) {
			pairs.push({ left: left - 1, right: right - 1 });
			left--;
			right--;
		} else if (at(left, right) === at(left - 1, right)) left--;
		else right--;
	}
	return pairs.reverse();
}
