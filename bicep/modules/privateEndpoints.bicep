// The doors of storage, vault and database in the private network.
param location string
param tags object
param suffix string
param virtualNetworkId string
param subnetId string
param storageId string
param vaultId string
param serverId string

// What a door leads to, and the zone of its name: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
var doors = [
  { group: 'blob', targetId: storageId, zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { group: 'queue', targetId: storageId, zone: 'privatelink.queue.${environment().suffixes.storage}' }
  { group: 'table', targetId: storageId, zone: 'privatelink.table.${environment().suffixes.storage}' }
  { group: 'vault', targetId: vaultId, zone: 'privatelink.vaultcore.azure.net' }
  { group: 'sqlServer', targetId: serverId, zone: 'privatelink${environment().suffixes.sqlServerHostname}' }
]

module door 'privateEndpoint.bicep' = [
  for door in doors: {
    params: {
      location: location
      tags: tags
      name: 'pe-hetk-${toLower(door.group)}-${suffix}'
      group: door.group
      targetId: door.targetId
      zone: door.zone
      virtualNetworkId: virtualNetworkId
      subnetId: subnetId
    }
  }
]
