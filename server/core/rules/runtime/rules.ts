import type { Rule } from "../rule.ts";
import { bashSyntaxInSh } from "./bash-syntax-in-sh.ts";
import { cdInsteadOfWorkdir } from "./cd-instead-of-workdir.ts";
import { cmdDuplicate } from "./cmd-duplicate.ts";
import { debugModeEnabled } from "./debug-mode-enabled.ts";
import { entrypointDuplicate } from "./entrypoint-duplicate.ts";
import { entrypointShellFormDropsCmd } from "./entrypoint-shell-form-drops-cmd.ts";
import { envUnsafeSearchPath } from "./env-unsafe-search-path.ts";
import { errexitMissing } from "./errexit-missing.ts";
import { execFormPreferred } from "./exec-form-preferred.ts";
import { execFormShellSyntax } from "./exec-form-shell-syntax.ts";
import { exposeAdminPort } from "./expose-admin-port.ts";
import { exposePortInvalid } from "./expose-port-invalid.ts";
import { exposeProtoCasing } from "./expose-proto-casing.ts";
import { healthcheckDuplicate } from "./healthcheck-duplicate.ts";
import { healthcheckMissing } from "./healthcheck-missing.ts";
import { healthcheckProbeUnusable } from "./healthcheck-probe-unusable.ts";
import { pipEnvDefaultsMissing } from "./pip-env-defaults-missing.ts";
import { pipefailMissing } from "./pipefail-missing.ts";
import { productionEnvMissing } from "./production-env-missing.ts";
import { pythonRuntimeEnvMissing } from "./python-runtime-env-missing.ts";
import { runInShellLessStage } from "./run-in-shell-less-stage.ts";
import { semicolonBeforeOperator } from "./semicolon-before-operator.ts";
import { shellAnalysis } from "./shell-analysis.ts";
import { shellReplacedByLink } from "./shell-replaced-by-link.ts";
import { stopsignalInvalid } from "./stopsignal-invalid.ts";
import { stopsignalUngraceful } from "./stopsignal-ungraceful.ts";
import { telemetryNotDisabled } from "./telemetry-not-disabled.ts";
import { volumeDeclaredBeforeWrites } from "./volume-declared-before-writes.ts";
import { volumeDiscouraged } from "./volume-discouraged.ts";
import { windowsUnsupportedFeature } from "./windows-unsupported-feature.ts";
import { workdirMissing } from "./workdir-missing.ts";
import { workdirRelative } from "./workdir-relative.ts";
import { workdirUnquotedSpaces } from "./workdir-unquoted-spaces.ts";

export const RUNTIME_RULES: readonly Rule[] = [
	bashSyntaxInSh,
	cdInsteadOfWorkdir,
	cmdDuplicate,
	debugModeEnabled,
	entrypointDuplicate,
	entrypointShellFormDropsCmd,
	envUnsafeSearchPath,
	errexitMissing,
	execFormPreferred,
	execFormShellSyntax,
	exposeAdminPort,
	exposePortInvalid,
	exposeProtoCasing,
	healthcheckDuplicate,
	healthcheckMissing,
	healthcheckProbeUnusable,
	pipEnvDefaultsMissing,
	pipefailMissing,
	productionEnvMissing,
	pythonRuntimeEnvMissing,
	runInShellLessStage,
	semicolonBeforeOperator,
	shellAnalysis,
	shellReplacedByLink,
	stopsignalInvalid,
	stopsignalUngraceful,
	telemetryNotDisabled,
	volumeDeclaredBeforeWrites,
	volumeDiscouraged,
	windowsUnsupportedFeature,
	workdirMissing,
	workdirRelative,
	workdirUnquotedSpaces,
];
