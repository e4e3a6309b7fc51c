// Users, accounts, calendars, pairs. Sign-in with Entra only; there is no administrator with a password.
param location string
param tags object
param name string
param operators { name: string, objectId: string }
param databaseSku string
param workspaceId string
param privateNetwork bool

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    minimalTlsVersion: '1.2'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    administrators: {
      administratorType: 'ActiveDirectory'
      principalType: 'Group'
      login: operators.name
      sid: operators.objectId
      tenantId: tenant().tenantId
      azureADOnlyAuthentication: true
    }
  }
}

// The addresses of a Flex Consumption app are not its own, so without a private network the door is open to addresses of Azure; who comes
// through still needs a token of an identity that the database knows.
resource fromAzure 'Microsoft.Sql/servers/firewallRules@2023-08-01' = if (!privateNetwork) {
  parent: server
  name: 'AllowAllWindowsAzureIps'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
}

resource database 'Microsoft.Sql/servers/databases@2023-08-01' = {
  parent: server
  name: 'hetk'
  location: location
  tags: tags
  sku: { name: databaseSku, tier: 'Standard' }
  properties: {
    // Says again what these sizes do anyway, for the day when somebody allows a serverless one.
    autoPauseDelay: -1
    collation: 'SQL_Latin1_General_CP1_CI_AS'
    // Geo-redundant backups would leave the region.
    requestedBackupStorageRedundancy: 'Zone'
  }
}

resource encryption 'Microsoft.Sql/servers/databases/transparentDataEncryption@2023-08-01' = {
  parent: database
  name: 'current'
  properties: { state: 'Enabled' }
}

// Who signed in, who was turned away, who was given what and what became of the schema. Not the default set: that logs every
// statement with its parameters, among them sealed credentials and addresses.
resource auditing 'Microsoft.Sql/servers/auditingSettings@2023-08-01' = {
  parent: server
  name: 'default'
  properties: {
    state: 'Enabled'
    isAzureMonitorTargetEnabled: true
    auditActionsAndGroups: [
      'SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP'
      'FAILED_DATABASE_AUTHENTICATION_GROUP'
      'DATABASE_PRINCIPAL_CHANGE_GROUP'
      'DATABASE_ROLE_MEMBER_CHANGE_GROUP'
      'DATABASE_PERMISSION_CHANGE_GROUP'
      'SCHEMA_OBJECT_CHANGE_GROUP'
    ]
  }
}

// The audit of a whole server is delivered through its database master.
resource master 'Microsoft.Sql/servers/databases@2023-08-01' existing = {
  parent: server
  name: 'master'
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: master
  name: 'audit'
  // Master is there as soon as a database is.
  dependsOn: [database]
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'SQLSecurityAuditEvents', enabled: true }]
  }
}

resource trouble 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: database
  name: 'trouble'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'Timeouts', enabled: true }
      { category: 'Deadlocks', enabled: true }
    ]
  }
}

output serverId string = server.id
output serverHost string = server.properties.fullyQualifiedDomainName
output databaseName string = database.name
