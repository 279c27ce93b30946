// node extract.mjs FOLDER: writes arm.json of the packages that npm has put into FOLDER by
//   npm install --prefix FOLDER --ignore-scripts compute-2023@npm:@azure/arm-compute@21.2.0 compute-2024@npm:@azure/arm-compute@22.2.0 network@npm:@azure/arm-network@33.0.0 resources@npm:@azure/arm-resources@5.2.0
import { writeFileSync } from "node:fs";

const folder = process.argv[2];
const packages = [
  ["compute-2023", "@azure/arm-compute@21.2.0", ["VirtualMachine", "Image", "Disk", "Snapshot", "GrantAccessData", "AccessUri", "VirtualMachineImage", "VirtualMachineImageResource", "RetrieveBootDiagnosticsDataResult"]],
  ["compute-2024", "@azure/arm-compute@22.2.0", ["Gallery", "GalleryImage", "GalleryImageVersion", "GalleryImageVersionList"]],
  ["network", "@azure/arm-network@33.0.0", ["NetworkSecurityGroup", "VirtualNetwork", "PublicIPAddress", "NetworkInterface"]],
  ["resources", "@azure/arm-resources@5.2.0", ["ResourceGroup", "ResourceGroupListResult", "ResourceListResult", "TagsPatchResource", "TagsResource"]],
];

const schemas = {};
for (const [alias, , roots] of packages) {
  const mappers = await import(`${folder}/node_modules/${alias}/dist-esm/src/models/mappers.js`);
  // Two packages may have a class of one name.
  const nameOf = name => `${alias}/${name}`;
  const visit = name => {
    if (schemas[nameOf(name)]) return;
    const root = { fields: {} };
    schemas[nameOf(name)] = root;
    for (const property of Object.values(mappers[name].type.modelProperties ?? {})) {
      if (!property.serializedName) continue;
      // Flattened: "properties.hardwareProfile"; a dot that belongs to a name is escaped.
      const path = property.serializedName.split(/(?<!\\)\./).map(p => p.replaceAll("\\.", "."));
      let at = root;
      for (const step of path.slice(0, -1)) at = at.fields[step] ??= { type: "object", fields: {} };
      at.fields[path.at(-1)] = typeOf(property);
    }
  };
  const typeOf = property => {
    const type = property.type;
    const told = {};
    if (property.required) told.required = true;
    if (property.readOnly) told.readOnly = true;
    switch (type.name) {
      case "Composite": visit(type.className); return { $ref: nameOf(type.className), ...told };
      case "Sequence": return { type: "array", items: typeOf(type.element), ...told };
      case "Dictionary": return { type: "map", items: typeOf(type.value), ...told };
      case "Enum": return { type: "string", values: type.allowedValues, ...told };
      case "Number": return { type: "number", ...told };
      case "Boolean": return { type: "boolean", ...told };
      case "DateTime": return { type: "dateTime", ...told };
      case "any": return { type: "any", ...told };
      default: return { type: "string", ...told };
    }
  };
  roots.forEach(visit);
}

const source = `Names and types of what builds send to Azure's resource manager and of what it answers: of Microsoft's published API descriptions (compute 2023-07-01, disks 2023-04-02, galleries 2024-03-03, network 2023-06-01, resources 2021-04-01), as they stand in the mappers of the npm packages ${packages.map(p => p[1]).join(", ")} (MIT, Copyright (c) Microsoft). Descriptions are left out. Written by extract.mjs.`;
const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = Object.entries(sorted).map(([name, schema]) => `  ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
writeFileSync(new URL("arm.json", import.meta.url), `{\n "source": ${JSON.stringify(source)},\n "schemas": {\n${lines.join(",\n")}\n }\n}\n`);
