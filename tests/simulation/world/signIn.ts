import type { ConsentNeeds, Grant } from '../../../shared/consent/needs.ts';
import { signInWith } from '../../signIn.ts';
import type { ServiceName, Services } from '../harness/services.ts';

/** A person signs in at a service and agrees to everything, or makes a password for Hetk; Hetk redeems the code, or checks the password. */
export async function signIn(
  services: Services,
  consent: ConsentNeeds,
  service: ServiceName,
  email: string,
): Promise<Grant> {
  if (service === 'icloud') {
    if (!consent.icloudIdentity) throw new Error('There is no sign-in at iCloud.');
    return consent.icloudIdentity.checkPassword(email, services.icloud.issuePassword(email));
  }
  const identity = service === 'microsoft' ? consent.microsoftIdentity : consent.googleIdentity;
  if (!identity) throw new Error(`There is no sign-in at ${service}.`);
  return signInWith(identity, service, email, (request) => services[service].fetch(request));
}
