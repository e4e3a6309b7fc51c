// Queues of work, tables of links and history, and what the Functions host keeps for itself. There are no keys: only Entra identities
// with a role may enter.
param location string
param tags object
param name string
param workspaceId string
param privateNetwork bool

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: privateNetwork ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource package 'containers' = {
      name: 'package'
      properties: { publicAccess: 'None' }
    }
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource changes 'queues' = { name: 'changes' }
    resource changesPoison 'queues' = { name: 'changes-poison' }
    resource bulk 'queues' = { name: 'bulk' }
    resource bulkPoison 'queues' = { name: 'bulk-poison' }
  }

  resource tables 'tableServices' = {
    name: 'default'

    resource links 'tables' = { name: 'links' }
    resource history 'tables' = { name: 'history' }
  }
}

// Azure has no metric of a single queue; writes to a poison queue are seen in this log and nowhere else.
resource queueLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::queues
  name: 'writes'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }]
  }
}

output id string = account.id
output packageContainer string = '${account.properties.primaryEndpoints.blob}${account::blobs::package.name}'
