import type { Rule } from "../rule.ts";
import { copyHeredocPreferred } from "./copy-heredoc-preferred.ts";
import { dockerfileShapeLimits } from "./dockerfile-shape-limits.ts";
import { fromAsCasing } from "./from-as-casing.ts";
import { heredocUnformatted } from "./heredoc-unformatted.ts";
import { instructionCasing } from "./instruction-casing.ts";
import { labelsNotGrouped } from "./labels-not-grouped.ts";
import { layoutStyle } from "./layout-style.ts";
import { packageListUnsorted } from "./package-list-unsorted.ts";
import { runHeredocPreferred } from "./run-heredoc-preferred.ts";
import { stageNameCasing } from "./stage-name-casing.ts";
import { suppressionCommentDisallowed } from "./suppression-comment-disallowed.ts";
import { suppressionUnusedOrUnknown } from "./suppression-unused-or-unknown.ts";
import { wgetProgressNoise } from "./wget-progress-noise.ts";

export const STYLE_RULES: readonly Rule[] = [
	instructionCasing,
	fromAsCasing,
	stageNameCasing,
	wgetProgressNoise,
	suppressionUnusedOrUnknown,
	labelsNotGrouped,
	packageListUnsorted,
	runHeredocPreferred,
	suppressionCommentDisallowed,
	copyHeredocPreferred,
	dockerfileShapeLimits,
	heredocUnformatted,
	layoutStyle,
];
