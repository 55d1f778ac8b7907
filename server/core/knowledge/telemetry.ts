/**
 * Tools that report how they are used unless a variable says no. Source: the documentation of each tool. Read 2026-11.
 * The key is the program. gcloud is not here: it asks, and an installation without answers means no.
 */
export interface TelemetrySetting {
	readonly name: string;
	readonly value: string;
	readonly tool: string;
	/** Whether it also looks at `DO_NOT_TRACK`. */
	readonly honoursDoNotTrack?: boolean;
}

export const TELEMETRY: Readonly<Record<string, TelemetrySetting>> = {
	dotnet: { name: "DOTNET_CLI_TELEMETRY_OPTOUT", value: "1", tool: "The .NET CLI" },
	next: { name: "NEXT_TELEMETRY_DISABLED", value: "1", tool: "Next.js" },
	gatsby: { name: "GATSBY_TELEMETRY_DISABLED", value: "1", tool: "Gatsby" },
	nuxt: { name: "NUXT_TELEMETRY_DISABLED", value: "1", tool: "Nuxt" },
	nuxi: { name: "NUXT_TELEMETRY_DISABLED", value: "1", tool: "Nuxt" },
	ng: { name: "NG_CLI_ANALYTICS", value: "false", tool: "The Angular CLI" },
	astro: { name: "ASTRO_TELEMETRY_DISABLED", value: "1", tool: "Astro" },
	turbo: { name: "TURBO_TELEMETRY_DISABLED", value: "1", tool: "Turborepo", honoursDoNotTrack: true },
	strapi: { name: "STRAPI_TELEMETRY_DISABLED", value: "true", tool: "Strapi" },
	brew: { name: "HOMEBREW_NO_ANALYTICS", value: "1", tool: "Homebrew" },
	pwsh: { name: "POWERSHELL_TELEMETRY_OPTOUT", value: "1", tool: "PowerShell" },
	az: { name: "AZURE_CORE_COLLECT_TELEMETRY", value: "0", tool: "The Azure CLI" },
	func: { name: "FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT", value: "1", tool: "Azure Functions" },
	sam: { name: "SAM_CLI_TELEMETRY", value: "0", tool: "The SAM CLI" },
	wrangler: { name: "WRANGLER_SEND_METRICS", value: "false", tool: "Wrangler" },
	vercel: { name: "VERCEL_TELEMETRY_DISABLED", value: "1", tool: "The Vercel CLI" },
	terraform: { name: "CHECKPOINT_DISABLE", value: "1", tool: "Terraform" },
};
