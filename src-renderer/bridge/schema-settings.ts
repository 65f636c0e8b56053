import { config } from 'zod';

// The content security policy forbids the code generation that zod would otherwise try. Imported before any schema.
config({ jitless: true });
