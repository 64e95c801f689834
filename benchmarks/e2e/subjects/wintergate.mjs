import '@wintergate/core';
