import { signInAddresses } from '../../shared/consent/addresses.ts';
import { register } from './register.ts';

register(signInAddresses);
