import type { VNode } from "preact";
import { ScrollRegion } from "../page/scroll-region.tsx";
import type { TypeDetails } from "./type-catalogue.ts";

/** The columns of a type's table that its fields become. */
export function ColumnTable({ columns }: { readonly columns: TypeDetails["columns"] }): VNode {
  const isRenamed = columns.some(({ name, field }) => name !== field);
  return (
    <ScrollRegion label="Columns" tall>
      <table class="grid columns">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            {isRenamed ? <th scope="col">Field</th> : null}
          </tr>
        </thead>
        <tbody>
          {columns.map(({ name, type, field }) => (
            <tr>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td>
                <code>{type}</code>
              </td>
              {isRenamed ? (
                <td>
                  <bdi>{field}</bdi>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
