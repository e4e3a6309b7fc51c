// The Functions app on Flex Consumption.
param location string
param tags object
param name string
param planName string
param identityName string
param storageName string
param packageContainer string
param insightsName string
param vaultUri string
param serverHost string
param databaseName string
param publicUrl string
param microsoftClientId string
param googleClientId string
param pollSeconds int
param pollsADay int
@allowed([512, 2048, 4096])
param instanceMemoryMB int
@minValue(1)
param alwaysReadyHttp int
@minValue(1)
param alwaysReadyChanges int
@minValue(1)
param maximumInstanceCount int
@description('Where the app enters the private network. Empty: it has none.')
param subnetId string

var address = empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
var database = 'mssql:${serverHost}/${databaseName}'
var keys = 'vault:${vaultUri}'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'hetk' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: '22' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        // What a person waits for is never cold. Each queue function is a scale group of its own; bulk work may start cold.
        alwaysReady: [
          { name: 'http', instanceCount: alwaysReadyHttp }
          { name: 'function:changes', instanceCount: alwaysReadyChanges }
        ]
      }
    }
  }

  // Only Entra identities deploy; user names and passwords of the publishing profile are refused.
  resource deployByPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  // No secret among them: the app reads those from the vault by itself. The runtime is named above and not here; Flex Consumption ignores
  // FUNCTIONS_WORKER_RUNTIME and its like or breaks on them (https://learn.microsoft.com/azure/azure-functions/functions-app-settings).
  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      AZURE_CLIENT_ID: identity.properties.clientId
      AzureWebJobsDisableHomepage: 'true'
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
      AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
      AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
      // The exporter's reports about itself would go to another region.
      APPLICATION_INSIGHTS_NO_STATSBEAT: 'true'
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      HETK_PUBLIC_URL: address
      HETK_DATABASE: database
      HETK_STORAGE: 'account:${storage.name}'
      HETK_KEYS: keys
      HETK_REGION: location
      HETK_MICROSOFT_CLIENT_ID: microsoftClientId
      HETK_GOOGLE_CLIENT_ID: googleClientId
      HETK_POLL_SECONDS: string(pollSeconds)
      HETK_POLLS_A_DAY: string(pollsADay)
    }
  }
}

output publicUrl string = address
output database string = database
output storage string = 'account:${storage.name}'
output keys string = keys
