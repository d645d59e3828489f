/** An executor that does something of its own around another one. Shown in docs/write-an-adapter.md. */
@NullMarked
package com.example.timed;

import org.jspecify.annotations.NullMarked;
