/** The image that makes an SBOM for BuildKit when no other one is named. Source: BuildKit 0.11 to 0.32. */
export const DEFAULT_GENERATOR = "docker/buildkit-syft-scanner:stable-1";
