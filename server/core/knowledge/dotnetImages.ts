/** Of .NET 10 there are no images on Debian: its plain tags are of Ubuntu. Source: dotnet/dotnet-docker, read 2026-11. */
export const DOTNET_ON_UBUNTU = "10.0";

/** What a step says that counts on Debian: its name, those of the releases that .NET's images had, and the program that tells them. */
export const DEBIAN_WORDS = /\b(?:debian|bullseye|bookworm|trixie|lsb_release)\b/i;
