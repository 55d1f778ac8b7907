import type { Rule } from "../rule.ts";
import { aptInstallWithoutYes } from "./apt-install-without-yes.ts";

export const PACKAGES_RULES: readonly Rule[] = [aptInstallWithoutYes];
