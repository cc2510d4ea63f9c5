// After `npm ci`: makes the bundle that `keyward scan` starts from. Where that cannot be done it runs from its sources, and the installation is as good.
if (Number(process.versions.node.split(".")[0]) >= 24) {
  try {
    await import("./bundle.ts");
  } catch (error) {
    console.error(`No bundle of keyward scan was made, so it starts more slowly: ${error.message}`);
  }
}
