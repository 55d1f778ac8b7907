/**
 * Where installers put programs on each platform. Editors that were started from a dock or a menu often have a PATH
 * without them.
 */
export function wellKnownFolders(
	platform: string,
	environment: Readonly<Record<string, string | undefined>>,
	home: string,
): readonly string[] {
	if (platform === "win32") {
		const programs = environment["ProgramFiles"] ?? "C:\\Program Files";
		const data = environment["ProgramData"] ?? "C:\\ProgramData";
		const local = environment["LOCALAPPDATA"] ?? `${home}\\AppData\\Local`;
		return [
			`${programs}\\Docker\\Docker\\resources\\bin`,
			`${local}\\Microsoft\\WinGet\\Links`,
			`${programs}\\WinGet\\Links`,
			`${data}\\chocolatey\\bin`,
			`${home}\\scoop\\shims`,
		];
	}
	const shared = ["/usr/local/bin", "/usr/bin", `${home}/.local/bin`, `${home}/.docker/bin`, `${home}/go/bin`];
	if (platform === "darwin") return ["/opt/homebrew/bin", ...shared, "/Applications/Docker.app/Contents/Resources/bin"];
	return [...shared, "/snap/bin", "/home/linuxbrew/.linuxbrew/bin"];
}
