import { pageAddresses } from '../../shared/consent/addresses.ts';
import { register } from './register.ts';

register(pageAddresses);
