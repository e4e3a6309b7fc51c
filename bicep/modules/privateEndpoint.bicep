// One door in the private network, and the name by which it is found there.
param location string
param tags object
param name string
param group string
param targetId string
param zone string
param virtualNetworkId string
param subnetId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: group
        properties: { privateLinkServiceId: targetId, groupIds: [group] }
      }
    ]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: 'zone', properties: { privateDnsZoneId: zoneOfNames.id } }]
    }
  }
}

resource zoneOfNames 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zone
  location: 'global'
  tags: tags

  resource inNetwork 'virtualNetworkLinks' = {
    name: 'hetk'
    location: 'global'
    tags: tags
    properties: {
      virtualNetwork: { id: virtualNetworkId }
      registrationEnabled: false
    }
  }
}
