/** A program that Hullguard runs. */
export type ToolName = "docker" | "trivy" | "grype" | "syft" | "cosign" | "shellcheck";
