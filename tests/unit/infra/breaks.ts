/** Ways to break each promise: the promise, what in the compiled template is replaced, and by what. */
export const breaks: readonly (readonly [says: string, from: string | RegExp, to: string])[] = [
  [
    'Nothing is made outside of North Europe.',
    /"allowedValues": \[\s*"northeurope"/,
    '"allowedValues": ["northeurope", "eastus"',
  ],
  ['Nothing is made outside of North Europe.', `"location": "[parameters('location')]"`, '"location": "westeurope"'],
  [
    'Nothing is made outside of North Europe.',
    /"location": \{\s*"value": "\[parameters\('location'\)\]"/,
    '"location": {"value": "eastus"',
  ],
  ['Backups do not leave the region.', '"Standard_ZRS"', '"Standard_GZRS"'],
  ['Backups do not leave the region.', '"requestedBackupStorageRedundancy": "Zone"', '"zoneRedundant": false'],

  [
    'One signs in to the database with Entra only.',
    '"azureADOnlyAuthentication": true',
    '"azureADOnlyAuthentication": false',
  ],
  ['One signs in to the database with Entra only.', '"minimalTlsVersion": "1.2"', '"administratorLogin": "sa"'],
  ['The database is reached over TLS 1.2 or newer.', '"minimalTlsVersion": "1.2"', '"minimalTlsVersion": "1.0"'],
  ['The database is reached over TLS 1.2 or newer.', '"minimalTlsVersion": "1.2",', ''],
  [
    'Every database is encrypted at rest (TDE).',
    /"state": "Enabled"(?=\s*\},\s*"dependsOn": \[\s*"database")/,
    '"state": "Disabled"',
  ],
  ['Every database is encrypted at rest (TDE).', '/databases/transparentDataEncryption"', '/databases/extensions"'],
  ['The database never pauses.', '"autoPauseDelay": -1', '"autoPauseDelay": 60'],
  ['The database never pauses.', '"S1",', '"GP_S_Gen5_1",'],
  [
    'The database is audited, without the parameters of statements.',
    '"isAzureMonitorTargetEnabled": true',
    '"isAzureMonitorTargetEnabled": false',
  ],
  [
    'The database is audited, without the parameters of statements.',
    '"SCHEMA_OBJECT_CHANGE_GROUP"',
    '"BATCH_COMPLETED_GROUP"',
  ],
  ['The database is audited, without the parameters of statements.', '"auditActionsAndGroups"', '"left"'],
  ['The database is audited, without the parameters of statements.', '"SQLSecurityAuditEvents"', '"Errors"'],
  [
    'No address outside of Azure may knock at the database.',
    '"endIpAddress": "0.0.0.0"',
    '"endIpAddress": "255.255.255.255"',
  ],
  ['No address outside of Azure may knock at the database.', `"condition": "[not(parameters('privateNetwork'))]",`, ''],

  ['Storage has no keys.', '"allowSharedKeyAccess": false', '"allowSharedKeyAccess": true'],
  ['Storage has no keys.', '"allowSharedKeyAccess": false,', ''],
  ['No blob is public.', '"allowBlobPublicAccess": false', '"allowBlobPublicAccess": true'],
  ['No container is public.', '"publicAccess": "None"', '"publicAccess": "Blob"'],
  ['Storage is reached over TLS 1.2 or newer, and over nothing else.', '"TLS1_2"', '"TLS1_0"'],
  [
    'Storage is reached over TLS 1.2 or newer, and over nothing else.',
    '"supportsHttpsTrafficOnly": true',
    '"supportsHttpsTrafficOnly": false',
  ],
  [
    'The two queues are there, each with its poison queue.',
    "'default', 'bulk-poison')]",
    "'default', 'bulk-poisoned')]",
  ],
  ['The tables of links and history are there.', "'default', 'history')]", "'default', 'links')]"],

  [
    'What is deleted from the vault can be brought back, and nobody can purge it.',
    '"enablePurgeProtection": true',
    '"enablePurgeProtection": false',
  ],
  [
    'What is deleted from the vault can be brought back, and nobody can purge it.',
    '"softDeleteRetentionInDays": 90',
    '"softDeleteRetentionInDays": 7',
  ],
  [
    'The vault knows roles and no access policies.',
    '"enableRbacAuthorization": true',
    '"enableRbacAuthorization": false',
  ],
  [
    'The vault knows roles and no access policies.',
    '"enableRbacAuthorization": true',
    '"enableRbacAuthorization": true, "accessPolicies": []',
  ],

  [
    'The app and its operators have the roles that they need, each on one resource, and no other.',
    '4633458b-17de-408a-b874-0445c86b69e6',
    '00482a5a-887f-4fb3-b363-3b7fe8e74483',
  ],
  [
    'The app and its operators have the roles that they need, each on one resource, and no other.',
    `"scope": "[resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))]",`,
    '',
  ],
  [
    'The app and its operators have the roles that they need, each on one resource, and no other.',
    `"principalId": "[parameters('operatorsObjectId')]"`,
    '"principalId": "00000000-0000-0000-0000-000000000009"',
  ],
  [
    'The app and its operators have the roles that they need, each on one resource, and no other.',
    '"type": "Microsoft.OperationalInsights/workspaces"',
    '"type": "Microsoft.Authorization/roleAssignments"',
  ],
  [
    'There is one identity, made by the operator and not by the app.',
    '"type": "UserAssigned"',
    '"type": "SystemAssigned, UserAssigned"',
  ],
  [
    'There is one identity, made by the operator and not by the app.',
    '"Microsoft.Network/virtualNetworks"',
    '"Microsoft.ManagedIdentity/userAssignedIdentities"',
  ],

  ['The app is reached over TLS 1.2 or newer, and over nothing else.', '"httpsOnly": true', '"httpsOnly": false'],
  [
    'The app is reached over TLS 1.2 or newer, and over nothing else.',
    '"minTlsVersion": "1.2"',
    '"minTlsVersion": "1.0"',
  ],
  [
    'The app is reached over TLS 1.2 or newer, and over nothing else.',
    '"ftpsState": "Disabled"',
    '"ftpsState": "AllAllowed"',
  ],
  ['Nobody deploys with a password.', '"allow": false', '"allow": true'],
  ['Nobody deploys with a password.', 'sites/basicPublishingCredentialsPolicies"', 'sites/slots"'],
  ['The app runs on Flex Consumption.', '"FC1"', '"Y1"'],
  ['The app runs on Node 22.', /"version": "22"/, '"version": "20"'],
  ['Web page, webhooks and the changes queue are always ready.', '"name": "http"', '"name": "durable"'],
  [
    'Web page, webhooks and the changes queue are always ready.',
    '"name": "function:changes"',
    '"name": "function:bulk"',
  ],
  [
    'Web page, webhooks and the changes queue are always ready.',
    `"instanceCount": "[parameters('alwaysReadyChanges')]"`,
    '"instanceCount": 0',
  ],
  [
    'Web page, webhooks and the changes queue are always ready.',
    /"alwaysReadyHttp": \{\s*"type": "int",\s*"defaultValue": 1,\s*"minValue": 1/,
    '"alwaysReadyHttp": {"type": "int", "minValue": 0',
  ],

  [
    'No secret is read while deploying.',
    `"value": "[variables('names').app]"`,
    `"value": "[listKeys(variables('names').app, '2025-06-01').keys[0].value]"`,
  ],
  [
    'No secret is read while deploying.',
    '"AzureWebJobsDisableHomepage": "true"',
    `"AzureWebJobsDisableHomepage": "[list('x', '2025-06-01').key]"`,
  ],
  ['No secret is a parameter.', '"operatorsEmail": {', '"googleClientSecret": {'],
  ['No secret is a parameter.', /"googleClientId": \{\s*"type": "string"/, '"googleClientId": {"type": "securestring"'],
  [
    'No secret is an output.',
    `"value": "[variables('names').app]"`,
    `"value": "[reference('insights').ConnectionString]"`,
  ],
  ['No secret is an output.', /"HETK_APP_NAME": \{\s*"type": "string"/, '"HETK_APP_NAME": {"type": "securestring"'],
  [
    'No secret is written by a template, where every reader of deployments would find it.',
    '"Microsoft.Web/serverfarms"',
    '"Microsoft.KeyVault/vaults/secrets"',
  ],
  [
    'The app has the settings that it needs and no other; no secret is among them.',
    '"AzureWebJobsDisableHomepage"',
    '"HETK_GOOGLE_CLIENT_SECRET"',
  ],
  [
    'The app has the settings that it needs and no other; no secret is among them.',
    '"AzureWebJobsDisableHomepage": "true"',
    '"AzureWebJobsDisableHomepage": "DefaultEndpointsProtocol=https;AccountKey=abc"',
  ],

  [
    'With a private network, storage, vault and database are reached from there only.',
    `"publicNetworkAccess": "[if(parameters('privateNetwork'), 'Disabled', 'Enabled')]"`,
    '"publicNetworkAccess": "Enabled"',
  ],
  [
    'With a private network, storage, vault and database are reached from there only.',
    '"Microsoft.Network/privateEndpoints"',
    '"Microsoft.Network/natGateways"',
  ],

  ['Telemetry is written with Entra only.', '"DisableLocalAuth": true', '"DisableLocalAuth": false'],
  ['Logs are written with Entra only.', '"disableLocalAuth": true', '"disableLocalAuth": false'],
  [
    'Readings of the vault, sign-ins to the database and writes to queues are logged.',
    '"StorageWrite"',
    '"StorageRead"',
  ],
  [
    'Readings of the vault, sign-ins to the database and writes to queues are logged.',
    '"AuditEvent"',
    '"AzurePolicyEvaluationDetails"',
  ],
  [
    'Operators are told of poison messages, late changes, failing push registrations and lost grants.',
    '"name": "poison-message"',
    '"name": "other"',
  ],
  [
    'Operators are told of poison messages, late changes, failing push registrations and lost grants.',
    /"actionGroups": \[[^\]]*\]"?\s*\]/,
    '"actionGroups": []',
  ],
  ['Operators see figures and trouble on one page.', '"Microsoft.Insights/workbooks"', '"Microsoft.Insights/other"'],
  ['Operators see figures and trouble on one page.', 'hetk.writes', 'hetk.none'],
  [
    'Operators are told before the budget is spent.',
    '"Microsoft.Consumption/budgets"',
    '"Microsoft.Consumption/other"',
  ],
  ['Operators are told before the budget is spent.', '"forecast": {', '"late": {'],
];
