import './bridge/session.ts';
import './bridge/schema-settings.ts';
import './state/language.ts';
import './styles/index.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { connectBridge } from './bridge/connect.ts';
import { applyStoredTheme } from './state/theme.svelte.ts';

applyStoredTheme();

const target = document.querySelector('#app');
if (target === null) throw new Error('index.html has no #app element.');
mount(App, { target, props: { bridge: connectBridge() } });
