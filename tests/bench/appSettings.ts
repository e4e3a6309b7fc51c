import type { Farm } from './farm.ts';
import { clients } from './services.ts';

/** What points an installation at a farm. */
export function appSettings({ origins, storage }: Farm): Record<string, string> {
  return {
    HETK_MICROSOFT_AUTHORITY: origins.microsoft,
    HETK_GRAPH_ROOT: origins.microsoft,
    HETK_MICROSOFT_CLIENT_ID: clients.microsoft.id,
    HETK_MICROSOFT_CLIENT_SECRET: clients.microsoft.secret,
    HETK_GOOGLE_OAUTH_ROOT: origins.google,
    HETK_GOOGLE_API_ROOT: origins.google,
    HETK_GOOGLE_CLIENT_ID: clients.google.id,
    HETK_GOOGLE_CLIENT_SECRET: clients.google.secret,
    HETK_ICLOUD_ROOT: origins.icloud,
    HETK_STORAGE: storage,
    AzureWebJobsStorage: storage,
  };
}
