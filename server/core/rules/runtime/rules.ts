import type { Rule } from "../rule.ts";
import { bashSyntaxInSh } from "./bash-syntax-in-sh.ts";
import { cdInsteadOfWorkdir } from "./cd-instead-of-workdir.ts";
import { cmdDuplicate } from "./cmd-duplicate.ts";
import { cmdOrEntrypointMissing } from "./cmd-or-entrypoint-missing.ts";
import { cmdWithoutEntrypoint } from "./cmd-without-entrypoint.ts";
import { debugModeEnabled } from "./debug-mode-enabled.ts";
import { entrypointDuplicate } from "./entrypoint-duplicate.ts";
import { entrypointNotExecutable } from "./entrypoint-not-executable.ts";
import { entrypointScriptWithoutExec } from "./entrypoint-script-without-exec.ts";
import { entrypointShellFormDropsCmd } from "./entrypoint-shell-form-drops-cmd.ts";
import { envUnsafeSearchPath } from "./env-unsafe-search-path.ts";
import { errexitMissing } from "./errexit-missing.ts";
import { execFormPreferred } from "./exec-form-preferred.ts";
import { execFormShellSyntax } from "./exec-form-shell-syntax.ts";
import { exposeAdminPort } from "./expose-admin-port.ts";
import { exposeMissing } from "./expose-missing.ts";
import { exposePortInvalid } from "./expose-port-invalid.ts";
import { exposePrivilegedPortNonroot } from "./expose-privileged-port-nonroot.ts";
import { exposeProtoCasing } from "./expose-proto-casing.ts";
import { healthcheckDuplicate } from "./healthcheck-duplicate.ts";
import { healthcheckMissing } from "./healthcheck-missing.ts";
import { healthcheckProbeUnusable } from "./healthcheck-probe-unusable.ts";
import { healthcheckTimingSuspicious } from "./healthcheck-timing-suspicious.ts";
import { pid1NoSignalHandling } from "./pid1-no-signal-handling.ts";
import { pipEnvDefaultsMissing } from "./pip-env-defaults-missing.ts";
import { pipefailMissing } from "./pipefail-missing.ts";
import { powershellAnalysis } from "./powershell-analysis.ts";
import { productionEnvMissing } from "./production-env-missing.ts";
import { pythonRuntimeEnvMissing } from "./python-runtime-env-missing.ts";
import { readOnlyRootfsHints } from "./read-only-rootfs-hints.ts";
import { runInShellLessStage } from "./run-in-shell-less-stage.ts";
import { runtimeTuningHints } from "./runtime-tuning-hints.ts";
import { scratchMissingEssentials } from "./scratch-missing-essentials.ts";
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
	cmdOrEntrypointMissing,
	cmdWithoutEntrypoint,
	debugModeEnabled,
	entrypointDuplicate,
	entrypointNotExecutable,
	entrypointScriptWithoutExec,
	entrypointShellFormDropsCmd,
	envUnsafeSearchPath,
	errexitMissing,
	execFormPreferred,
	execFormShellSyntax,
	exposeAdminPort,
	exposeMissing,
	exposePortInvalid,
	exposePrivilegedPortNonroot,
	exposeProtoCasing,
	healthcheckDuplicate,
	healthcheckMissing,
	healthcheckProbeUnusable,
	healthcheckTimingSuspicious,
	pid1NoSignalHandling,
	pipEnvDefaultsMissing,
	pipefailMissing,
	powershellAnalysis,
	productionEnvMissing,
	pythonRuntimeEnvMissing,
	readOnlyRootfsHints,
	runInShellLessStage,
	runtimeTuningHints,
	scratchMissingEssentials,
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
