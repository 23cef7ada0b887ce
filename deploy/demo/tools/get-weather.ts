import { type Tool, textParameter } from './tool.ts';

/** A forecast that never changes: the demo is about cost, not about weather. It calls nobody. */
export function getWeatherTool(): Tool {
  return {
    name: 'get_weather',
    description: "Tomorrow's forecast for a city, hour by hour.",
    parameters: textParameter('city', 'Name of the city.'),
    run: async ({ city }) => {
      const hours = ['08:00', '10:00', '12:00', '14:00', '16:00'];
      const forecast = hours.map((hour, index) => ({ hour, windKmh: 12 + 4 * index, rainMm: index > 3 ? 2 : 0 }));
      return JSON.stringify({ city: city ?? '', forecast });
    },
  };
}
