// Hetk in Azure: one resource group in North Europe with everything the app needs, and nothing that holds a secret but the vault.
//
//   azd up                (or: npm run azure:up)
//
// Who deploys needs Contributor and Role Based Access Control Administrator (or Owner) on the subscription, and the resource providers
// Microsoft.App, Microsoft.Web, Microsoft.Sql, Microsoft.KeyVault, Microsoft.Storage, Microsoft.Insights, Microsoft.OperationalInsights and
// Microsoft.Consumption registered there. What Azure's templates cannot do comes after it, by a member of the operators' group, in local/azure/settle.ts:
// secrets into the vault, the database to its schema, and a database user of the app's identity. docs/operators.md says all of it.
//
// What it costs with the defaults, a month, one user or a few hundred (list prices of 2025 in EUR, without tax, for orientation):
//   always ready   2 instances of 2048 MB                  39.40   (4.90 an instance with 512 MB, 19.70 with 2048 MB)
//   executions     above 250,000 and 100,000 GB-s           ~0      (0.371 a million, 0.000025 a GB-s, a run counts for at least 1 s)
//   database       S0, never paused                        ~13
//   storage        queues polled every second, tables       ~2
//   logs           2.50 a GB, capped by dailyLogGigabytes   0 to 75 at 1 GB a day; some MB a day in practice
//   private network (off)  5 private endpoints and zones   ~36
// The budget alert watches over the sum.
targetScope = 'subscription'

@description('What this installation is called; names of resources are made from it.')
@minLength(2)
@maxLength(24)
param environmentName string

@description('Hetk keeps its data in North Europe, and nowhere else.')
@allowed(['northeurope'])
param location string = 'northeurope'

@description('The Entra group whose members run this installation: administrators of the database, keepers of the secrets, readers of poison messages.')
param operators { name: string, objectId: string }

@description('Where alerts and budget notices go.')
param operatorsEmail string

@description('Where users reach this installation, such as https://hetk.example.com. Empty: the address that Azure gives the app.')
param publicUrl string = ''

@description('The application id of the registration in Entra. Its secret goes into the vault, never here. Empty: no Microsoft accounts.')
param microsoftClientId string = ''

@description('The client id of the registration at Google. Its secret goes into the vault, never here. Empty: no Google accounts.')
param googleClientId string = ''

@description('How often a calendar with push is polled all the same, s: what push never delivered comes so late.')
@minValue(60)
@maxValue(86400)
param pollSeconds int = 1800

@description('How many such polls of all calendars there are in a day at most: about half of them are requests of Google\'s million a day.')
@minValue(1440)
@maxValue(100000000)
param pollsADay int = 720000

@description('Memory of an instance, MB. It brings 0.25, 1 or 2 cores, and is what always-ready instances cost.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances kept for web page and webhooks: none would let a webhook wait for a cold start.')
@minValue(1)
param alwaysReadyHttp int = 1

@description('Instances kept for the changes queue: none would let a change wait for a cold start, up to two minutes.')
@minValue(1)
param alwaysReadyChanges int = 1

@description('Most instances on demand, of each scale group (http, each queue function, each timer). Each opens up to 4 connections to the database.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 20

@description('Size of the database. These sizes never pause: one that does keeps a change waiting for a minute.')
@allowed(['S0', 'S1', 'S2', 'S3', 'S4', 'S6'])
param databaseSku string = 'S0'

@description('Most log data a day, GB; 0.5 and the like as text. Beyond it logs are dropped until the next day, and log alerts see nothing.')
param dailyLogGigabytes string = '1'

@description('What a month may cost, in the currency of the subscription, before the operators are told.')
@minValue(1)
param monthlyBudget int = 100

@description('First day of the month in which the budget was first deployed, yyyy-MM-01. Empty: this month. Azure refuses to change it later, so every further deployment must be given the output HETK_BUDGET_START of the first (azd does so by itself).')
param budgetStart string = ''

@description('Not to be given: the month of this deployment.')
param thisMonth string = utcNow('yyyy-MM-01')

@description('Whether storage, vault and database are reachable from a private network only. The app and its webhooks stay public. Operators then need a way into that network for secrets, migrations and poison messages.')
param privateNetwork bool = false

var suffix = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName }
var firstMonth = empty(budgetStart) ? thisMonth : budgetStart

// Known before anything is made, so that a what-if can tell all that a deployment will do.
var names = {
  group: 'rg-${environmentName}'
  identity: 'id-hetk-${suffix}'
  workspace: 'log-hetk-${suffix}'
  insights: 'appi-hetk-${suffix}'
  network: 'vnet-hetk-${suffix}'
  storage: 'sthetk${suffix}'
  vault: 'kv-hetk-${suffix}'
  server: 'sql-hetk-${suffix}'
  plan: 'plan-hetk-${suffix}'
  app: 'func-hetk-${suffix}'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: names.group
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { location: location, tags: tags, name: names.identity }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: names.workspace
    insightsName: names.insights
    dailyLogGigabytes: dailyLogGigabytes
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: { location: location, tags: tags, name: names.network }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.storage
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.vault
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module sql 'modules/sql.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.server
    operators: operators
    databaseSku: databaseSku
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module privateEndpoints 'modules/privateEndpoints.bicep' = if (privateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    virtualNetworkId: network.?outputs.?virtualNetworkId ?? ''
    subnetId: network.?outputs.?endpointsSubnetId ?? ''
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
    serverId: sql.outputs.serverId
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  dependsOn: [identity, monitoring, storage, vault]
  params: {
    identityName: names.identity
    operatorsObjectId: operators.objectId
    storageName: names.storage
    vaultName: names.vault
    insightsName: names.insights
  }
}

module app 'modules/app.bicep' = {
  scope: group
  // The host reads its package and its locks as soon as it starts; without its roles and its network it would start in vain.
  dependsOn: [roles, privateEndpoints]
  params: {
    location: location
    tags: tags
    name: names.app
    planName: names.plan
    identityName: names.identity
    storageName: names.storage
    packageContainer: storage.outputs.packageContainer
    insightsName: names.insights
    vaultUri: vault.outputs.uri
    serverHost: sql.outputs.serverHost
    databaseName: sql.outputs.databaseName
    publicUrl: publicUrl
    microsoftClientId: microsoftClientId
    googleClientId: googleClientId
    pollSeconds: pollSeconds
    pollsADay: pollsADay
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyChanges: alwaysReadyChanges
    maximumInstanceCount: maximumInstanceCount
    subnetId: network.?outputs.?appSubnetId ?? ''
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, name: guid(suffix, 'workbook'), workspaceId: monitoring.outputs.workspaceId }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    operatorsEmail: operatorsEmail
    monthlyBudget: monthlyBudget
    budgetStart: firstMonth
  }
}

@description('Where users reach this installation.')
output HETK_PUBLIC_URL string = app.outputs.publicUrl
@description('The setting of that name: for migrations.')
output HETK_DATABASE string = app.outputs.database
@description('The setting of that name: where poison messages lie.')
output HETK_STORAGE string = app.outputs.storage
@description('The setting of that name: where the secrets go.')
output HETK_KEYS string = app.outputs.keys
@description('For the next deployment, with the four that follow.')
output HETK_BUDGET_START string = firstMonth
output HETK_CUSTOM_URL string = publicUrl
output HETK_MICROSOFT_CLIENT_ID string = microsoftClientId
output HETK_GOOGLE_CLIENT_ID string = googleClientId
output HETK_PRIVATE_NETWORK string = string(privateNetwork)
@description('The app to deploy the package to.')
output HETK_APP_NAME string = names.app
@description('The resource group that holds everything.')
output HETK_RESOURCE_GROUP string = names.group
@description('The name of the database user to make for the app.')
output HETK_IDENTITY_NAME string = names.identity
@description('The client id of the app: the SID of its database user.')
output HETK_IDENTITY_CLIENT_ID string = identity.outputs.clientId
