/**
 * Calls that keep settings, plugins or programs in the home of who makes them, where nobody else finds them.
 * Source: the manuals of the tools. Read 2026-11.
 */
export interface HomeCall {
	/** The words that the call begins with, options left out. */
	readonly words: readonly string[];
	/** An option without which it writes elsewhere, or nothing. */
	readonly option?: RegExp;
	/** Options with which it does so. */
	readonly elsewhere?: RegExp;
	/** Variables that move the place. */
	readonly variables?: readonly string[];
	/** Set where nothing but the tool itself reads it. */
	readonly ownOnly?: true;
}

/** By program; a module of Python counts as one. */
export const HOME_CALLS: Readonly<Record<string, readonly HomeCall[]>> = {
	git: [
		{
			words: ["config"],
			option: /^--global$/,
			elsewhere: /^(?:--get|--get-all|--get-regexp|--list|-l|--unset|--unset-all)$/,
			variables: ["GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"],
		},
	],
	npm: [
		{
			words: ["config", "set"],
			elsewhere: /^(?:-g|--global|--location=(?:global|project)|-L)$/,
			variables: ["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"],
			ownOnly: true,
		},
	],
	pnpm: [{ words: ["config", "set"], elsewhere: /^--location=project$/, ownOnly: true }],
	yarn: [{ words: ["config", "set"], ownOnly: true }],
	pip: [
		{ words: ["config", "set"], elsewhere: /^--(?:global|site)$/, variables: ["PIP_CONFIG_FILE"], ownOnly: true },
		{ words: ["install"], option: /^--user$/, variables: ["PYTHONUSERBASE"] },
	],
	composer: [
		{ words: ["global", "require"], variables: ["COMPOSER_HOME"] },
		{ words: ["config"], option: /^(?:-g|--global)$/, variables: ["COMPOSER_HOME"], ownOnly: true },
	],
	poetry: [{ words: ["config"], elsewhere: /^--(?:local|list)$/, variables: ["POETRY_CONFIG_DIR"], ownOnly: true }],
	dotnet: [{ words: ["tool", "install"], option: /^(?:-g|--global)$/, elsewhere: /^--tool-path/, variables: ["DOTNET_CLI_HOME"] }],
	pipx: [{ words: ["install"], elsewhere: /^--global$/, variables: ["PIPX_HOME"] }],
	cargo: [{ words: ["install"], elsewhere: /^--root(?:=|$)/, variables: ["CARGO_HOME", "CARGO_INSTALL_ROOT"] }],
	go: [{ words: ["install"], variables: ["GOPATH", "GOBIN"] }],
	gem: [{ words: ["install"], option: /^--user-install$/ }],
	vagrant: [{ words: ["plugin", "install"], elsewhere: /^--local$/, variables: ["VAGRANT_HOME"] }],
	helm: [
		{ words: ["plugin", "install"], variables: ["HELM_PLUGINS", "HELM_DATA_HOME", "XDG_DATA_HOME"] },
		{ words: ["repo", "add"], variables: ["HELM_REPOSITORY_CONFIG", "HELM_CONFIG_HOME", "XDG_CONFIG_HOME"], ownOnly: true },
	],
	gh: [{ words: ["extension", "install"], variables: ["XDG_DATA_HOME"] }],
	gcloud: [
		{ words: ["config", "set"], variables: ["CLOUDSDK_CONFIG"] },
		// In the settings of Docker's client.
		{ words: ["auth", "configure-docker"], variables: ["DOCKER_CONFIG"] },
	],
	aws: [{ words: ["configure"], variables: ["AWS_CONFIG_FILE"] }],
	az: [
		{ words: ["extension", "add"], elsewhere: /^--system$/, variables: ["AZURE_EXTENSION_DIR", "AZURE_CONFIG_DIR"] },
		{ words: ["config", "set"], elsewhere: /^--local$/, variables: ["AZURE_CONFIG_DIR"] },
	],
	kubectl: [{ words: ["krew", "install"], variables: ["KREW_ROOT"] }],
	"ansible-galaxy": [
		{
			words: [],
			elsewhere: /^(?:-p|--(?:roles|collections)-path)(?:=|$)/,
			variables: ["ANSIBLE_HOME", "ANSIBLE_ROLES_PATH", "ANSIBLE_COLLECTIONS_PATH"],
		},
	],
	pulumi: [{ words: ["plugin", "install"], variables: ["PULUMI_HOME"] }],
	playwright: [{ words: ["install"], variables: ["PLAYWRIGHT_BROWSERS_PATH"] }],
};
