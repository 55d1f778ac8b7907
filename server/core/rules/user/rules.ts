import type { Rule } from "../rule.ts";
import { arbitraryUidUnsupported } from "./arbitrary-uid-unsupported.ts";
import { copiedCodeWritableByRuntimeUser } from "./copied-code-writable-by-runtime-user.ts";
import { copyOwnershipAfterUser } from "./copy-ownership-after-user.ts";
import { dockerSocketInImage } from "./docker-socket-in-image.ts";
import { fileCapabilityGranted } from "./file-capability-granted.ts";
import { homeDirectoryOfRoot } from "./home-directory-of-root.ts";
import { permissionsWorldWritable } from "./permissions-world-writable.ts";
import { rootCommandAfterUser } from "./root-command-after-user.ts";
import { runDeviceAccess } from "./run-device-access.ts";
import { runNetworkHost } from "./run-network-host.ts";
import { runSecurityInsecure } from "./run-security-insecure.ts";
import { setuidBinariesNotStripped } from "./setuid-binaries-not-stripped.ts";
import { setuidBitSet } from "./setuid-bit-set.ts";
import { statePathNotWritable } from "./state-path-not-writable.ts";
import { suInsteadOfUser } from "./su-instead-of-user.ts";
import { sudoInRun } from "./sudo-in-run.ts";
import { sudoInstalled } from "./sudo-installed.ts";
import { userCreatedButUnused } from "./user-created-but-unused.ts";
import { userDirectiveInvalid } from "./user-directive-invalid.ts";
import { userEmptyPassword } from "./user-empty-password.ts";
import { userGroupDropsSupplementary } from "./user-group-drops-supplementary.ts";
import { userIdDuplicateOrZero } from "./user-id-duplicate-or-zero.ts";
import { userIdsNotDeterministic } from "./user-ids-not-deterministic.ts";
import { userLoginShell } from "./user-login-shell.ts";
import { userMissing } from "./user-missing.ts";
import { userNameUnresolvable } from "./user-name-unresolvable.ts";
import { userNotNumeric } from "./user-not-numeric.ts";
import { userPasswordSetInBuild } from "./user-password-set-in-build.ts";
import { userPasswordlessSudo } from "./user-passwordless-sudo.ts";
import { userRootLast } from "./user-root-last.ts";
import { useraddHighUidLastlog } from "./useradd-high-uid-lastlog.ts";
import { volumeOnSensitivePath } from "./volume-on-sensitive-path.ts";
import { workdirInSystemDirectory } from "./workdir-in-system-directory.ts";

export const USER_RULES: readonly Rule[] = [
	userMissing,
	userRootLast,
	userNotNumeric,
	userCreatedButUnused,
	sudoInRun,
	permissionsWorldWritable,
	runSecurityInsecure,
	runNetworkHost,
	runDeviceAccess,
	volumeOnSensitivePath,
	workdirInSystemDirectory,
	userDirectiveInvalid,
	dockerSocketInImage,
	useraddHighUidLastlog,
	userIdDuplicateOrZero,
	userEmptyPassword,
	userPasswordSetInBuild,
	userPasswordlessSudo,
	userNameUnresolvable,
	userGroupDropsSupplementary,
	setuidBitSet,
	copyOwnershipAfterUser,
	rootCommandAfterUser,
	userIdsNotDeterministic,
	userLoginShell,
	sudoInstalled,
	fileCapabilityGranted,
	suInsteadOfUser,
	arbitraryUidUnsupported,
	copiedCodeWritableByRuntimeUser,
	homeDirectoryOfRoot,
	setuidBinariesNotStripped,
	statePathNotWritable,
];
