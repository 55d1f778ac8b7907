import { fileSays } from "../model/fileText.ts";
import type { Dockerfile, Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { stageBaseFacts } from "./baseFacts.ts";

/** Whether a stage is known to be for Windows containers: by its base image, its platform, or the escape character and the words of the file. */
export function isForWindows(stage: Stage): boolean {
	const { family } = stageBaseFacts(stage);
	if (family !== undefined) return family === "windows";
	const platform = lineage(stage).findLast((ancestor) => ancestor.platform?.value !== undefined)?.platform?.value;
	if (platform !== undefined && !platform.includes("$")) return /^windows(?:[/(]|$)/i.test(platform);
	return stage.file.escape === "`" && fileSays(stage.file, WINDOWS_TRACES);
}

/** Paths with a drive, PowerShell and cmd, kinds of files and variables that only Windows has, names of its images. */
const WINDOWS_TRACES =
	/\b[A-Z]:[\\/]|\b(?:powershell|msiexec|choco)\b|["']cmd["']|\.(?:exe|msi|ps1|bat|cmd)\b|\$env:|windows|servercore|nanoserver/i;
/** Folders and package managers that only Linux has. */
const LINUX_TRACES = /(?:^|[\s"'=:])\/(?:usr|etc|var|opt|bin|tmp|home|root)\b|\b(?:apt-get|apt|apk|yum|dnf)\s/m;

/** Whether a file whose base nobody knows could be for Windows: who needs the backtick writes for it, unless the words are those of Linux. */
export function mayBeForWindows(file: Dockerfile): boolean {
	return file.escape === "`" && (fileSays(file, WINDOWS_TRACES) || !fileSays(file, LINUX_TRACES));
}

/** Tags of Windows Server 2016 and 1709, also behind the version of something else: `4.7-windowsservercore-ltsc2016`. */
const SERVER_2016 = /(?:^|[-_])(?:ltsc2016|sac2016|1607|1709|10\.0\.14393)(?=$|[-_.])/i;

/** Whether PowerShell speaks TLS 1.0 alone unless it is told otherwise, as on Windows Server 2016: few servers take that any more. */
export function speaksOldTls(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image") return false;
	const { repository, tag = "latest" } = base.reference;
	// Docker Hub's images of that name ended before 2019.
	return SERVER_2016.test(tag) || (tag === "latest" && /^microsoft\/(?:windowsservercore|nanoserver|iis|aspnet)$/.test(repository));
}
