import type { Rule } from "../rule.ts";
import { addArchiveForExtraction } from "./add-archive-for-extraction.ts";
import { bootsnapParallelPrecompile } from "./bootsnap-parallel-precompile.ts";
import { builderStageEmulated } from "./builder-stage-emulated.ts";
import { cacheMountAptLibWhole } from "./cache-mount-apt-lib-whole.ts";
import { cacheMountCleanupConflict } from "./cache-mount-cleanup-conflict.ts";
import { cacheMountIdCollision } from "./cache-mount-id-collision.ts";
import { cacheMountMissing } from "./cache-mount-missing.ts";
import { cacheMountSharingUnsafe } from "./cache-mount-sharing-unsafe.ts";
import { cacheMountTargetWrong } from "./cache-mount-target-wrong.ts";
import { cacheMountUserMismatch } from "./cache-mount-user-mismatch.ts";
import { consecutiveRunLayers } from "./consecutive-run-layers.ts";
import { contextJunkCopied } from "./context-junk-copied.ts";
import { copyLinkMissing } from "./copy-link-missing.ts";
import { copyThenChmod } from "./copy-then-chmod.ts";
import { copyWholeContext } from "./copy-whole-context.ts";
import { dependencyLayerMissing } from "./dependency-layer-missing.ts";
import { dependencyManifestBindMount } from "./dependency-manifest-bind-mount.ts";
import { dockerignoreIneffectivePattern } from "./dockerignore-ineffective-pattern.ts";
import { dockerignoreMissing } from "./dockerignore-missing.ts";
import { downloadRetryMissing } from "./download-retry-missing.ts";
import { gpuImageHygiene } from "./gpu-image-hygiene.ts";
import { unusedBuildStage } from "./unused-build-stage.ts";
import { volatileArgBeforeExpensiveStep } from "./volatile-arg-before-expensive-step.ts";

export const CACHE_RULES: readonly Rule[] = [
	copyWholeContext,
	dockerignoreMissing,
	dockerignoreIneffectivePattern,
	contextJunkCopied,
	cacheMountMissing,
	cacheMountTargetWrong,
	cacheMountSharingUnsafe,
	cacheMountUserMismatch,
	cacheMountCleanupConflict,
	cacheMountAptLibWhole,
	dependencyLayerMissing,
	volatileArgBeforeExpensiveStep,
	consecutiveRunLayers,
	copyThenChmod,
	addArchiveForExtraction,
	unusedBuildStage,
	bootsnapParallelPrecompile,
	builderStageEmulated,
	cacheMountIdCollision,
	copyLinkMissing,
	dependencyManifestBindMount,
	downloadRetryMissing,
	gpuImageHygiene,
];
