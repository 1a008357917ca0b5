/// The style of a report's page. The six colors are from the palette of Okabe and Ito, which people with any kind of color vision can tell
/// apart, lighter in the dark; lines also differ in their dashes.
let pageStyle: HTML = """
    :root { color-scheme: light dark; --paper: #fff; --raised: #f6f7f9; --ink: #1b1f24; --soft: #57606a; --rule: #d5d9de;
      --right: #0072b2; --wrong: #b84a00; --link: #005a8c;
      --c0: #0072b2; --c1: #b84a00; --c2: #00805c; --c3: #a8558a; --c4: #8a6500; --c5: #3a3a3a; }
    @media screen and (prefers-color-scheme: dark) { :root { --paper: #14171b; --raised: #1d2126; --ink: #e8eaed; --soft: #a4acb6; --rule: #3a4149;
      --right: #56b4e9; --wrong: #f0883e; --link: #7cc4f0;
      --c0: #56b4e9; --c1: #f0883e; --c2: #2fc79a; --c3: #e09ac4; --c4: #f0e442; --c5: #d0d4d9; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 1rem clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 76rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
    h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 0; } h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; }
    h3 { font-size: 1.05rem; margin: 1.6rem 0 0; } h2 + h3, figcaption h3 { margin-top: 0; } p { margin: .3rem 0; } a { color: var(--link); }
    .soft, figcaption p, .verdict span, .card small { color: var(--soft); }
    :focus-visible { outline: 3px solid var(--wrong); outline-offset: 2px; }
    .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .4rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .8rem 0; list-style: none; }
    .cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: .7rem; padding: 0; margin: 1rem 0; }
    .card { background: var(--raised); border: 1px solid var(--rule); border-radius: .5rem; padding: .6rem .8rem; }
    .card dt { font-size: .9rem; } .card dd { margin: 0; } .card b { font-size: 1.5rem; font-variant-numeric: tabular-nums; }
    .card small { display: block; font-size: .8rem; line-height: 1.3; }
    .short { background: var(--raised); border-left: .3rem solid var(--right); padding: .6rem 1rem .6rem 2rem; margin: 1rem 0; }
    .wide + .figures { margin-top: 1.6rem; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 2rem 2.5rem; }
    figure { margin: 0; min-width: 0; } figcaption p { font-size: .9rem; margin-bottom: .6rem; }
    svg { display: block; width: 100%; height: auto; max-width: 30rem; }
    svg text { font-size: 12px; fill: var(--ink); } svg .share { font-size: 10px; }
    .grid { stroke: var(--rule); fill: none; } .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; fill: none; }
    .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; } .whisker { stroke: var(--right); stroke-width: 1.5; opacity: .6; }
    .dot { fill: var(--right); stroke: var(--paper); }
    .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); stroke-dasharray: 7 3; } .c2 { stroke: var(--c2); stroke-dasharray: 2 2; }
    .c3 { stroke: var(--c3); stroke-dasharray: 9 3 2 3; } .c4 { stroke: var(--c4); stroke-dasharray: 12 4; }
    .c5 { stroke: var(--c5); stroke-dasharray: 4 2 1 2; }
    .frame { fill: var(--raised); stroke: var(--rule); }
    .right { fill: var(--right); } .wrong { fill: var(--wrong); }
    .legend { list-style: none; padding: 0; margin: .4rem 0 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .9rem; }
    .legend li { display: flex; align-items: center; gap: .4rem; } .key { width: 30px; flex: none; }
    .wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
    th:first-child, td:first-child { text-align: left; padding-left: 0; }
    tbody th { font-weight: 500; min-width: 6rem; max-width: 22rem; white-space: normal; }
    .bar { display: inline-block; width: 6rem; height: .7rem;
      background: var(--raised); border: 1px solid var(--rule); vertical-align: middle; }
    .bar i { display: block; height: 100%; background: var(--right); } .weakest .bar i { background: var(--wrong); }
    .tag { font-size: .75rem; border: 1px solid var(--wrong); border-radius: .6rem; padding: 0 .4rem; white-space: nowrap; }
    .filters { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: .8rem 0; } .filters[hidden] { display: none; }
    .filters label { display: grid; font-size: .9rem; } input, select, button { font: inherit; color: inherit; background: var(--raised);
      border: 1px solid var(--soft); border-radius: .3rem; padding: .35rem .6rem; max-width: 100%; }
    #errors, .examples { padding: 0; list-style: none; } #errors li, .examples li { border-top: 1px solid var(--rule); padding: .6rem 0; }
    .text { white-space: pre-wrap; } .verdict { font-size: .9rem; } .bad { color: var(--wrong); }
    footer { margin-top: 3rem; border-top: 1px solid var(--rule); font-size: .85rem; }
    @media (max-width: 44rem) { h1 { font-size: 1.4rem; } .cards { grid-template-columns: 1fr 1fr; } thead td, td:has(.bar) { display: none; }
      th, td { padding: .3rem .45rem; } }
    @media print { nav, .filters, #more, .skip { display: none; } body { max-width: none; padding: 0; font-size: 10pt; }
      figure, .card, #errors li { break-inside: avoid; } .figures { grid-template-columns: 1fr 1fr; } svg { max-width: 24rem; }
      .right, .wrong, .dot, .bar, .bar i, .frame { print-color-adjust: exact; } }
    """
